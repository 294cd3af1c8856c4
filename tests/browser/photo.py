"""A small real photograph, so to speak."""

import struct
import zlib


def png(side: int = 64) -> bytes:
    """A PNG of one grey."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x90" * side) * side)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(k, d) for k, d in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
