# SPDX-License-Identifier: MIT
"""The conditions of a C file, each of which can be turned round when the program starts.

What is found: the operands of if, while, for, ?: and of && and || wherever they stand, every comparison and negation, what a function of
type bool returns, and the cases of a switch, the one that is missing or default among them. An operand is turned round as a whole, the
parts of a comparison are not. What a macro of the file itself decides is not seen: such a file is refused.
"""
import bisect
import dataclasses
import re

TOKEN = re.compile(r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/|^[ \t]*\#(?:\\\n|[^\n])*)|(?P<token>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*|\.?\d[\w.]*
    |<<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[^\s\w])""", re.X | re.M | re.S)
OPEN, CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}
COMPARES = {"==", "!=", "<", ">", "<=", ">="}
ENDS = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", ",", ";", "?", ":", "return", "case", "else", *OPEN, *CLOSE}
# Where the environment names a number (CRM_FLIP), the operand with this number is turned round, or the label with this number is not there.
# The numbers that a process has come by are added to a file (CRM_FLIP_SEEN).
HEAD = "static _Bool crm_flip(long number, _Bool value); static long crm_flip_case(long value, const long *labels, long count, long number); "
TAIL = """
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static void crm_flip_see(long number) {
    static _Bool seen[COUNT];
    char text[32];
    if (seen[number - FIRST]) return;
    seen[number - FIRST] = 1;
    int file = open(getenv("CRM_FLIP_SEEN"), O_WRONLY | O_APPEND);
    if (file < 0 || write(file, text, (size_t)sprintf(text, "%ld\\n", number)) < 0 || close(file) != 0) abort();
}
static long crm_flip_number(long number) {
    static long flip = -1;
    if (flip < 0) flip = getenv("CRM_FLIP") ? atol(getenv("CRM_FLIP")) : 0;
    if (!flip) crm_flip_see(number);
    return flip;
}
static _Bool crm_flip(long number, _Bool value) { return value ^ (crm_flip_number(number) == number); }
static long crm_flip_case(long value, const long *labels, long count, long number) {
    long place = 0, wanted;
    while (place < count && labels[place] != value) place++;
    wanted = crm_flip_number(number + place) - number;
    if (wanted < 0 || wanted > count || wanted != place) return value;
    return place < count ? -987654321 : labels[0];
}
"""


@dataclasses.dataclass
class Flip:
    number: int
    line: int
    function: str
    text: str  # the operand; of a switch: "case LABEL" or "default"


@dataclasses.dataclass
class Token:
    text: str
    start: int
    end: int


class File:
    """The flips of a file, numbered from first on, and its text with all of them."""

    def __init__(self, text: str, first: int) -> None:
        self.text = text
        self.first = first
        self.tokens: list[Token] = []
        for found in TOKEN.finditer(text):
            if found["token"]:
                self.tokens.append(Token(found["token"], found.start(), found.end()))
            elif re.match(r"[ \t]*#\s*define\b", found[0]) and re.search(r"&&|\|\||\?", found[0]):
                raise RuntimeError(f"a macro that decides something: {found[0].strip()}")
        self.match = self.match_brackets()
        self.known: set[int] = set()  # operators that belong to an operand
        self.operands: dict[tuple[int, int], str] = {}  # first token and the one behind the last; their function
        self.switches: list[tuple[int, int, str, list[str]]] = []
        for name, is_bool, begin, end in self.functions():
            self.function = name
            self.scan(begin, end, is_bool)
        self.number()

    def at(self, place: int) -> str:
        return self.tokens[place].text

    def match_brackets(self) -> dict[int, int]:
        match, stack = {}, []
        for place, token in enumerate(self.tokens):
            if token.text in OPEN:
                stack.append(place)
            elif token.text in CLOSE:
                other = stack.pop()
                match[place], match[other] = other, place
        return match

    def functions(self):
        """Name, whether it returns a bool, first token of its body and the one behind the last."""
        place = begin = 0
        while place < len(self.tokens):
            if self.at(place) == "{" and self.at(place - 1) == ")":
                name = self.match[place - 1] - 1
                yield self.at(name), "bool" in {token.text for token in self.tokens[begin:name]}, place + 1, self.match[place]
            if self.at(place) in OPEN:
                place = self.match[place]
            place += 1
            if self.at(place - 1) in (";", "}"):
                begin = place

    def places(self, begin: int, end: int):
        """Those that are in no brackets."""
        while begin < end:
            yield begin
            begin = self.match[begin] + 1 if self.at(begin) in OPEN else begin + 1

    def split(self, begin: int, end: int, *texts: str) -> list[tuple[int, int]]:
        cuts = [place for place in self.places(begin, end) if self.at(place) in texts]
        self.known.update(cuts)
        return list(zip([begin, *(cut + 1 for cut in cuts)], [*cuts, end]))

    def add(self, begin: int, end: int) -> None:
        """An expression of which it matters alone whether it is true."""
        texts = [self.at(place) for place in self.places(begin, end)]
        if not texts:
            return
        if "?" in texts:
            for part in self.split(begin, end, "?", ":"):
                self.add(*part)
        elif "||" in texts or "&&" in texts:
            for part in self.split(begin, end, "||" if "||" in texts else "&&"):
                self.add(*part)
        elif self.at(begin) == "(" and self.match[begin] == end - 1:
            self.add(begin + 1, end - 1)
        elif self.at(begin) == "!" and not COMPARES & set(texts):
            self.known.add(begin)
            self.add(begin + 1, end)
        else:
            self.known.update(place for place in self.places(begin, end) if self.at(place) in COMPARES | {"!"})
            self.operands.setdefault((begin, end), self.function)

    def add_around(self, begin: int, end: int) -> None:
        """The expression that an operator, or the place in front of a ?, belongs to."""
        while self.at(begin - 1) not in ENDS or self.at(begin - 1) in (")", "]"):
            begin = self.match[begin - 1] if self.at(begin - 1) in CLOSE else begin - 1
        while self.at(end) not in ENDS or self.at(end) in OPEN:
            end = self.match[end] + 1 if self.at(end) in OPEN else end + 1
        self.add(begin, end)

    def add_switch(self, place: int) -> None:
        body = self.match[place + 1] + 1
        labels, inner = [], body + 1
        while inner < self.match[body]:
            if self.at(inner) == "switch":
                inner = self.match[self.match[inner + 1] + 1]
            elif self.at(inner) == "case":
                end = next(at for at in self.places(inner, self.match[body]) if self.at(at) == ":")
                labels.append(self.source(inner + 1, end))
            inner += 1
        self.switches.append((place + 2, self.match[place + 1], self.function, labels))

    def scan(self, begin: int, end: int, is_bool: bool) -> None:
        for place in range(begin, end):
            text, head = self.at(place), place + 1
            if text in ("if", "while"):
                self.add(head + 1, self.match[head])
            elif text == "for":
                self.add(*self.split(head + 1, self.match[head], ";")[1])
            elif text == "switch":
                self.add_switch(place)
            elif text == "return" and is_bool:
                self.add(head, next(at for at in self.places(head, end) if self.at(at) == ";"))
        for place in range(begin, end):
            if self.at(place) == "?" and place not in self.known:
                self.add_around(place, place)
        for place in range(begin, end):
            if self.at(place) in COMPARES | {"!", "&&", "||"} and place not in self.known:
                self.add_around(place, place + 1)

    def source(self, begin: int, end: int) -> str:
        return self.text[self.tokens[begin].start:self.tokens[end - 1].end]

    def number(self) -> None:
        """Gives each its number, and marks them in the text."""
        ends = [found.end() for found in re.finditer("\n", self.text)]
        self.flips: list[Flip] = []
        marks: list[tuple[int, int, str]] = []  # where, order at one place, what

        def note(begin: int, function: str, text: str) -> int:
            line = bisect.bisect(ends, self.tokens[begin].start) + 1
            self.flips.append(Flip(self.first + len(self.flips), line, function, " ".join(text.split())))
            return self.flips[-1].number

        def mark(begin: int, end: int, before: str, behind: str) -> None:
            marks.append((self.tokens[begin].start, begin - end, before))
            marks.append((self.tokens[end - 1].end, begin - end, behind))

        for (begin, end), function in sorted(self.operands.items()):
            mark(begin, end, f"crm_flip({note(begin, function, self.source(begin, end))}, ", ")")
        for begin, end, function, labels in self.switches:
            first = [note(begin, function, f"case {label}") for label in labels][0]
            note(begin, function, "default")
            mark(begin, end, "crm_flip_case(", f", (const long[]){{{', '.join(labels)}}}, {len(labels)}, {first})")
        self.marks = marks

    def patched(self) -> str:
        """No line moves."""
        text = self.text
        opening = [mark for mark in self.marks if mark[2].endswith(("(", ", "))]
        closing = [mark for mark in self.marks if not mark[2].endswith(("(", ", "))]
        # At one place what closes comes first, the inner before the outer; what opens comes next, the outer before the inner.
        order = sorted([(at, 0, -width, what) for at, width, what in closing] + [(at, 1, width, what) for at, width, what in opening])
        for at, _, _, what in reversed(order):
            text = text[:at] + what + text[at:]
        return HEAD + text + TAIL.replace("COUNT", str(len(self.flips) + 1)).replace("FIRST", str(self.first))
