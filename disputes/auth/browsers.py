"""What a browser calls itself, in two words."""

from disputes.text import N_, Text

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def name_of(agent: str) -> Text:
    """For a list of sessions: Firefox on Linux. It is what the browser says; nothing is decided by it."""
    browser = next((name for mark, name in BROWSERS if mark in agent), None)
    system = next((name for mark, name in SYSTEMS if mark in agent), None)
    if browser and system:
        return Text(N_("%(browser)s on %(system)s"), {"browser": browser, "system": system})
    return Text("%(name)s", {"name": browser or system}) if browser or system else Text(N_("Another program"))
