"""What a password must be: long, not everybody's, not the person's own address. Nothing about digits or capitals."""

from disputes.text import N_, Text

SHORTEST, LONGEST = 12, 128  # characters
# The commonest of that length in lists of stolen passwords, and beginnings that are only lengthened.
COMMON = frozenset(
    """
    123456789012 1234567890123 12345678901234 123456789123 0123456789ab 111111111111 000000000000 123123123123
    987654321098 1q2w3e4r5t6y 1qaz2wsx3edc qwertyuiop12 qwertyuiop123 qwertyuiop[] qwerty123456 qwertyqwerty
    qwerty12345678 q1w2e3r4t5y6 asdfghjkl123 asdfghjkl;'' zxcvbnm12345 password1234 password12345 password123456
    passwordpassword passw0rd1234 p@ssw0rd1234 mypassword123 iloveyou1234 iloveyouforever ilovemyfamily
    letmein12345 letmeinletmein welcome12345 welcome123456 changeme1234 changemechangeme administrator
    administrator1 admin1234567 adminadminadmin superman1234 sunshine1234 princess1234 football1234 baseball1234
    liverpool1234 manchester1 monkey123456 dragon123456 michael12345 abcdefghijkl abcdefghijklm abc123456789
    aaaaaaaaaaaa abcabcabcabc trustno1trustno1 correcthorsebatterystaple secretsecret secret123456 test12345678
    testtesttest starwars1234 whatever1234 computer1234 internet1234 1234567890qw abcd12345678 a1b2c3d4e5f6
    """.split()
)


def problem(password: str, email: str) -> Text | None:
    """Why a password cannot be taken, or None."""
    if len(password) < SHORTEST:
        return Text(N_("A password needs at least %(n)s characters."), {"n": SHORTEST})
    if len(password) > LONGEST:
        return Text(N_("A password can have up to %(n)s characters."), {"n": LONGEST})
    plain = "".join(password.split()).lower()
    if plain in COMMON or len(set(plain)) < 4:
        return Text(N_("Too many people use this password. Several unrelated words make a good one."))
    address = email.strip().lower()
    if address and (address in plain or plain == address.partition("@")[0]):
        return Text(N_("A password cannot be your e-mail address."))
    return None
