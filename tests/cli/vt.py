"""A terminal that obeys nothing but what gossipchat itself is meant to say, and complains about all else.

It parses every byte as a terminal would (ECMA-48, and the private modes of xterm), keeps in which modes the terminal
is, and knows for each kind of sequence whether it is one of ours. A text of a stranger that got through as anything but
printable characters shows up as a sequence, a control or a mode that nobody asked for.
"""
import re
import unicodedata

# What the full screen is drawn with; parameters are numbers only.
OURS = [
    r"\[(\d+)?(;\d+)?H", r"\[\d*[ABCDGdXKJ]", r"\[[\d;]*m",
    r"\[\?(7|25|66|1004|1036|1049|2004)[hl]",
    r"\[22t", r"\[23t", r"\[>4(;2)?m", r"\[\d* q",
    r"\[5n", r"\[6n", r"\[\?6n", r"\[>1?c", r"\[=c", r"\[>q", r"\[c", r"\[x", r"\[1x", r"\[>0?c",
    r"[=>78]", r"\\",
]
SEQUENCE = re.compile("|".join(f"(?:{pattern})" for pattern in OURS))
TITLE = re.compile(r"\]2;(\(\d+\) )?[^\x00-\x1f\x7f-\x9f]*gossipchat$")
LINK = re.compile(r"\]8;[^;\x00-\x1f]*;(https?://[\x21-\x7e]*)?$")
CONTROLS = "\r\n\a\b"
OBEYED = set(range(0x202A, 0x202F)) | {0x200E, 0x200F, 0x061C, 0x2028, 0x2029}


class Terminal:
    """Bytes go in with take(); `complaints` says what was wrong with them, `text` what was printed."""

    def __init__(self, answers=True):
        self.answers = answers
        self.rest = b""
        self.state = "text"  # or the beginning of a sequence
        self.sequence = ""
        self.text = ""
        self.modes = {}
        self.titles = []
        self.complaints = []
        self.saved_titles = 0
        self.bells = 0

    def take(self, data):
        """Takes bytes; returns what a terminal would answer."""
        data = self.rest + data
        cut = len(data)
        while cut and len(data) - cut < 4:
            try:
                data[:cut].decode("utf-8")
                break
            except UnicodeDecodeError as error:
                if error.reason != "unexpected end of data":
                    break
                cut -= 1
        self.rest = data[cut:]
        try:
            text = data[:cut].decode("utf-8")
        except UnicodeDecodeError as error:
            self.complaints.append(f"no UTF-8: {error}")
            text = data[:cut].decode("utf-8", "replace")
        return b"".join(self._take(character) for character in text)

    def _take(self, character):
        if self.state == "text":
            return self._take_text(character)
        self.sequence += character
        if self.state == "escape":
            if character == "[":
                self.state = "control"
            elif character in "]P_^X":
                self.state = "string"
            elif "\x20" <= character <= "\x2f":
                pass
            else:
                return self._end()
        elif self.state == "control":
            if "\x40" <= character <= "\x7e":
                return self._end()
            if not "\x20" <= character <= "\x3f":
                self._complain(f"{character!r} inside a control sequence")
        elif self.state == "string":
            if character == "\a" or self.sequence.endswith("\x1b\\"):
                self.sequence = self.sequence[:-1] if character == "\a" else self.sequence[:-2]
                return self._end_string()
            if character < " " and character != "\x1b":
                self._complain(f"{character!r} inside a string")
        if len(self.sequence) > 4096:
            self._complain("an endless sequence")
            self.state = "text"
        return b""

    def _take_text(self, character):
        code = ord(character)
        if character == "\x1b":
            self.state, self.sequence = "escape", ""
        elif character == "\x18":  # ends what was begun, in the farewell of a crash
            pass
        elif character in CONTROLS:
            self.bells += character == "\a"
            self.text += "\n" if character == "\n" else ""
        elif code < 0x20 or 0x7F <= code < 0xA0 or code in OBEYED or unicodedata.category(character) == "Cs":
            self._complain(f"U+{code:04X}")
        else:
            self.text += character
        return b""

    def _complain(self, what):
        self.complaints.append(f"{what} after {self.text[-60:]!r} in {self.sequence[-60:]!r}")

    def _end(self):
        self.state = "text"
        sequence = self.sequence
        if not SEQUENCE.fullmatch(sequence):
            self._complain("not ours: " + repr(sequence))
            return b""
        mode = re.fullmatch(r"\[\?(\d+)([hl])", sequence)
        if mode:
            self.modes[int(mode.group(1))] = mode.group(2) == "h"
        if sequence == "[22t":
            self.saved_titles += 1
        if sequence == "[23t":
            self.saved_titles -= 1
        if re.fullmatch(r"\[\d*;?\d*H|\[\d*d", sequence):
            self.text += "\n"  # another place on the screen
        return self._answer(sequence) if self.answers else b""

    @staticmethod
    def _answer(sequence):
        """As an xterm that knows nothing special."""
        return {"[5n": b"\x1b[0n", "[6n": b"\x1b[1;1R", "[?6n": b"\x1b[?1;1R", "[>c": b"\x1b[>41;370;0c",
                "[c": b"\x1b[?64;1c"}.get(sequence, b"")

    def _end_string(self):
        self.state = "text"
        if self.sequence.startswith("]2;"):
            self.titles.append(self.sequence[3:])
        if not TITLE.match(self.sequence) and not LINK.match(self.sequence):
            self._complain("a string that is not ours: " + repr(self.sequence))
        return b""
