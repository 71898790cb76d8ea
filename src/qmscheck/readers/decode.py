"""Bytes to text: UTF-8 only, and a helpful answer to everything else."""

from __future__ import annotations

from typing import Final

from qmscheck.model import Location, Source, Unreadable

MAX_MEGABYTES: Final = 10
"""Larger files are not read."""

_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32 text"),
    (b"\x00\x00\xfe\xff", "UTF-32 text"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
)
_MARKED: Final = (b"\xff\xfe", b"\xfe\xff")
_SIGNATURES: Final = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive (Word, Excel and OpenDocument files are such archives)"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"SQLite format 3", "an SQLite database"),
)
_LFS_POINTER: Final = b"version https://git-lfs.github.com/"
_FIRST_LATIN: Final = 0x91
"""Letters and typographic quotes of Windows-1252 begin here."""
_SAVE_AS_UTF8: Final = "save it as UTF-8"


def decode(source: Source) -> str | Unreadable:
    """The text of a source, without its byte order mark; too large, or anything but UTF-8 text, is unreadable."""
    content = source.content
    if len(content) > MAX_MEGABYTES * 1_000_000:
        size = len(content) / 1_000_000
        return _unreadable(source, f"the file has {size:,.1f} MB; files of more than {MAX_MEGABYTES} MB are not read")
    if b"\0" in content or content.startswith(_MARKED):
        return _binary(source)
    if content.startswith(_LFS_POINTER):
        return _unreadable(source, "this is only a Git LFS pointer; fetch the file itself (git lfs pull)")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf8(source, error.start)
    return text.removeprefix("\ufeff")


def _unreadable(source: Source, reason: str, line: int = 1, column: int = 1) -> Unreadable:
    return Unreadable(location=Location(source.path, line, column), reason=reason)


def _binary(source: Source) -> Unreadable:
    """Text in UTF-16 without a mark has a NUL beside nearly every letter, always on the same side."""
    sample = source.content[:4096]
    mark = next((name for start, name in _MARKS if sample.startswith(start)), None)
    if mark is not None:
        return _unreadable(source, f"the file looks like {mark}; {_SAVE_AS_UTF8}")
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) > len(sample) / 4 and min(even, odd) < max(even, odd) / 4:
        return _unreadable(source, f"the file looks like UTF-16 text; {_SAVE_AS_UTF8}")
    kind = _kind(sample)
    if kind is not None:
        return _unreadable(source, f"the file looks like {kind}, not text")
    return _unreadable(
        source, "the file looks like binary data, not text", *_place(source.content, source.content.index(0))
    )


def _not_utf8(source: Source, start: int) -> Unreadable:
    content = source.content
    kind = _kind(content)
    if kind is not None:
        return _unreadable(source, f"the file looks like {kind}, not text")
    byte, below = content[start], content[start + 1 : start + 2]
    shown = bytes((byte,)).decode("cp1252", "replace")
    if b"\x80" <= below < b"\xc0" or byte < _FIRST_LATIN:
        reason = f"not UTF-8: byte 0x{byte:02X} stands for no character; {_SAVE_AS_UTF8}"
    else:
        reason = f"not UTF-8: byte 0x{byte:02X} looks like '{shown}' in Latin-1 or Windows-1252; {_SAVE_AS_UTF8}"
    return _unreadable(source, reason, *_place(content, start))


def _kind(content: bytes) -> str | None:
    return next((name for start, name in _SIGNATURES if content.startswith(start)), None)


def _place(content: bytes, start: int) -> tuple[int, int]:
    """Line and column of a byte; what is before it may be of any encoding."""
    before = content[:start].removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
