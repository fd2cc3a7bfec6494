//! Chance that is the same in every run, and damage to texts.

/// A generator of numbers (xorshift).
pub(super) struct Random(u64);

/// Values that readers stumble over.
const ODD: &[&str] = &[
    "null",
    "~",
    "",
    "[]",
    "{}",
    "[[]]",
    "{a: }",
    "012",
    "-1",
    "0",
    "1.5",
    "1e999",
    "99999999999999999999",
    "65536",
    "4294967296",
    "2000000000",
    "9223372036854775807",
    "9999999999y",
    "9999999999Ei",
    "yes",
    "true",
    "\"\"",
    "\" \"",
    "'x",
    "*a",
    "&a b",
    "!!str a",
    "{{ x }}",
    "@a",
    "`",
    "|",
    ">-",
    "- a",
    "a: b",
    "$(X)",
    "/",
    "..",
    "a/b",
    "a/b/c",
    "a:b",
    ":",
    "-",
    "é",
    "\u{1F600}",
    "\t",
    "<<: *a",
    "100%",
    "0%",
    "1Mi",
    "5m",
    "[1, a, {}]",
    "name-that-is-longer-than-sixty-three-characters-and-so-not-one-at-all",
];

impl Random {
    /// Starts at a number other than 0.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`; 0 if that is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % end.max(1)
    }

    /// True once in `times`.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// An odd value.
    pub(super) fn odd(&mut self) -> &'static str {
        ODD[self.below(ODD.len())]
    }

    /// Damages a text in one place.
    pub(super) fn damage(&mut self, text: &mut Vec<u8>, others: &[Vec<u8>]) {
        let mut lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let at = self.below(lines.len());
        match self.below(10) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => {
                let other = self.below(lines.len());
                lines.swap(at, other);
            }
            3 => lines[at].splice(0..0, vec![b' '; 1 + self.below(4)]).for_each(drop),
            4 => {
                let blank = lines[at].iter().take_while(|byte| **byte == b' ').count();
                lines[at].drain(..blank.min(2));
            }
            5 | 6 => {
                if let Some(colon) = lines[at].windows(2).position(|pair| pair == b": ") {
                    lines[at].truncate(colon + 2);
                    lines[at].extend_from_slice(self.odd().as_bytes());
                }
            }
            7 => {
                let other: Vec<&[u8]> = self.pick(others).split(|byte| *byte == b'\n').collect();
                let from = self.below(other.len());
                let to = (from + 1 + self.below(5)).min(other.len());
                lines.splice(at..at, other[from..to].iter().map(|line| line.to_vec())).for_each(drop);
            }
            8 => {
                let place = self.below(lines[at].len() + 1);
                let byte = u8::try_from(self.below(256)).unwrap_or(0);
                lines[at].insert(place, byte);
            }
            _ => {
                let place = self.below(lines[at].len() + 1);
                lines[at].truncate(place);
            }
        }
        *text = lines.join(&b'\n');
    }
}
