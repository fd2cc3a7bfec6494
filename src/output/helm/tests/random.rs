//! Platforms that differ at random.

use super::platform::{parts, varied};
use super::{assert_renders, outline};
use crate::output::Part;
use crate::tree::Tree;

const PLATFORMS: u64 = 40;

/// Texts that some reader takes for something else.
const NASTY: &[&str] = &[
    "",
    "on",
    "y",
    "null",
    "~",
    "012",
    "1e3",
    "1_000",
    "12:30",
    "2001-01-01",
    " a ",
    "# a",
    "a: b",
    "- a",
    "'",
    "\"",
    "\\",
    "{{",
    "{{ .Values.x }}",
    "}}",
    "{",
    "{{{{{",
    "$(VAR)",
    "a\nb",
    "a\nb\n",
    "\n",
    "a\n\n",
    " a\n  b\n",
    "\ta",
    "a\t\n",
    "é🦀",
    "@NAMESPACE@",
    "\u{E000}",
    "x.\u{E000}.svc",
    "{\u{E000}}",
    "@NAMESPACE@\u{E000}",
    "a\u{E000}\nb {{ x }}\n",
    "|",
    ">",
    "%",
    "<a href='b'>&amp;</a>",
    "`",
    "true",
    "0x1f",
    "1.0",
    "9007199254740993",
    "a\\\nb",
    "- \u{E000}",
    "x: \u{E000}",
    "\u{a0}",
    "x\u{3000}",
];

const NUMBERS: &[i64] =
    &[0, 1, -1, 80, 999_999, 1_000_000, 123_456_789, 9_007_199_254_740_993, i64::MAX, i64::MIN];

/// A small generator: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn text(&mut self) -> String {
        NASTY[self.roll(NASTY.len())].to_owned()
    }

    /// Keys never hold the namespace.
    fn key(&mut self) -> String {
        self.text().replace(crate::k8s::NAMESPACE, "")
    }

    fn tree(&mut self, depth: usize) -> Tree {
        match self.roll(if depth > 2 { 4 } else { 7 }) {
            0 => Tree::Bool(self.roll(2) == 0),
            1 => Tree::Int(NUMBERS[self.roll(NUMBERS.len())]),
            2 => Tree::Float([0.5, -1.25, 1e-7, 1.5e300, 1_000_000.5][self.roll(5)]),
            3 => Tree::Str(self.text()),
            4 => Tree::List((0..self.roll(3)).map(|_| self.tree(depth + 1)).collect()),
            _ => {
                let keys = (0..self.roll(3)).map(|n| format!("{n}{}", self.key()));
                keys.collect::<Vec<_>>()
                    .into_iter()
                    .map(|key| (key.into(), self.tree(depth + 1)))
                    .collect::<crate::tree::Map>()
                    .into()
            }
        }
    }

    /// Changes one place somewhere below the tree.
    fn mutate(&mut self, tree: &mut Tree, depth: usize) {
        if self.roll(8) == 0 && depth > 1 {
            *tree = self.tree(depth);
            return;
        }
        match tree {
            Tree::Map(map) if !map.is_empty() => {
                let at = self.roll(map.len());
                let key = map.keys().nth(at).unwrap().clone();
                let fixed = depth == 0 && ["apiVersion", "kind"].contains(&key.as_ref());
                let named = ["name", "namespace"].contains(&key.as_ref());
                match self.roll(10) {
                    _ if fixed || named => {}
                    0 if key != "metadata" => {
                        map.remove(&key);
                    }
                    1 => {
                        let key = format!("x{}", self.key());
                        let value = self.tree(depth);
                        map.insert(key, value);
                    }
                    _ => self.mutate(map.get_mut(&key).unwrap(), depth + 1),
                }
            }
            Tree::List(items) if !items.is_empty() => {
                let at = self.roll(items.len());
                match self.roll(6) {
                    0 => {
                        items.remove(at);
                    }
                    1 => items.swap(0, at),
                    2 => {
                        let mut copy = items[at].clone();
                        if let Some(name) = copy.get_mut("name") {
                            *name = "copy".into();
                        }
                        items.insert(self.roll(items.len()), copy);
                    }
                    _ => self.mutate(&mut items[at], depth + 1),
                }
            }
            Tree::Bool(value) => *value = !*value,
            Tree::Int(value) => *value = NUMBERS[self.roll(NUMBERS.len())],
            Tree::Str(text) => *text = self.text(),
            other => *other = self.tree(depth),
        }
    }
}

fn mutated(dice: &mut Dice) -> Vec<Part> {
    let mut parts = if dice.roll(2) == 0 { varied() } else { parts() };
    for part in &mut parts {
        for family in &mut part.objects {
            let mut trees: Vec<&mut Option<Tree>> =
                std::iter::once(&mut family.base).chain(&mut family.environments).collect();
            for tree in &mut trees {
                for _ in 0..dice.roll(4) {
                    if let Some(tree) = tree {
                        dice.mutate(tree, 0);
                    }
                }
            }
            let gone = dice.roll(12);
            // Every environment has its namespace.
            if gone < 4
                && family.id.kind != "Namespace"
                && trees.iter().filter(|tree| tree.is_some()).count() > 1
            {
                *trees[gone] = None;
            }
        }
    }
    parts
}

#[test]
fn any_difference_renders() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for n in 0..PLATFORMS {
        assert_renders(&format!("platform {n}"), &outline(), &mutated(&mut dice));
    }
}
