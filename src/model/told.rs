//! The text of a macro's definition, or of what a call is told → whether it could declare something that nobody sees.
//!
//! Words and signs alone decide. Of what leads on, what stands in a literal or a comment counts like code, so that more is said to lead
//! on than does.

use crate::facts::rust::{is_macro_of_rust, spelled};

/// Words in front of items that a design may name. A function is no such item: calls that make tests make functions.
const MADE: &[&str] = &["struct", "enum", "union", "trait", "type"];

/// What the words hold that say where files and macros are.
const SAID: &[&str] = &["mod", "use", "include", "macro"];

/// What a macro's definition may make of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leads {
    /// It may say itself where files and macros are, or make a type.
    always: bool,
    /// It calls itself by its own name.
    again: bool,
    /// It hands on what it is told as whatever that is.
    hands_on: bool,
}

impl Leads {
    /// What the definition of `name` with these rules may make.
    pub(super) fn of(name: &str, rules: &str) -> Self {
        Self {
            always: says(rules) || calls(rules, name) || words(rules).any(makes),
            again: calls_itself(rules, name),
            hands_on: pairs(rules).any(|pair| matches!(pair, (":", "tt" | "item"))),
        }
    }

    /// Whether it hands on what it is told as whatever that is.
    pub(super) fn hands_on(self) -> bool {
        self.hands_on
    }

    /// Whether what it makes of a call may say where files and macros are: a module, an import, a macro, or a call of one that
    /// may; or whether it may make a type. What is called among the arguments counts only where they are handed on as whatever
    /// they are. Where it is called by its own name that name means it again; by another, what it calls may be another macro.
    pub(super) fn on(self, arguments: &str, by_name: bool) -> bool {
        let is_made = || calls(arguments, "") || words(arguments).any(makes);
        self.always || (self.again && !by_name) || says(arguments) || (self.hands_on && is_made())
    }
}

/// Whether a text may say where files and macros are.
fn says(text: &str) -> bool {
    let is_said = |word: &str| matches!(word, "mod" | "use" | "include") || word.contains("macro");
    // Most texts hold none of the words, and to look for a few letters is faster than to part words.
    SAID.iter().any(|word| text.contains(word)) && words(text).any(is_said)
}

fn makes(word: &str) -> bool {
    MADE.contains(&word)
}

/// Whether a text calls a macro that the language does not bring along, and that is not `own`. Behind `$(…)::+` its name is what
/// the call is told.
fn calls(text: &str, own: &str) -> bool {
    let is_called = |called: &str| is_word(called) && !is_macro_of_rust(called);
    let is_told = |called: &str| matches!(called, "+" | "*");
    let mut open = pairs(text).zip(words(text).skip(2));
    text.contains('!')
        && (called(text).any(|(before, called)| is_called(called) && !is_own((before, called), own))
            || open.any(|((called, sign), behind)| {
                sign == "!" && is_told(called) && matches!(behind, "(" | "[" | "{")
            }))
}

/// Whether a text calls `own`.
fn calls_itself(text: &str, own: &str) -> bool {
    text.contains('!') && called(text).any(|call| is_own(call, own))
}

/// Whether what is called, with the word or sign before it, is `own`: not what the call is told, and no way to another.
fn is_own((before, called): (&str, &str), own: &str) -> bool {
    called == own && !matches!(before, "$" | "::")
}

/// The words and signs in front of a `!`, each with the one before it.
fn called(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let before = std::iter::once("").chain(words(text));
    before
        .zip(pairs(text))
        .filter(|(_, (_, sign))| *sign == "!")
        .map(|(before, (called, _))| (before, called))
}

/// The words and signs of a text, each with the one behind it.
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    words(text).zip(words(text).skip(1))
}

/// Whether what a macro that is not expanded is told could bring names that nobody sees: a module, or an import that is not one path,
/// written out. Such a path is judged among the tokens; a group or a part that is put together is not.
pub(super) fn hides(arguments: &str) -> bool {
    let mut words = spelled(arguments);
    while let Some(word) = words.next() {
        let is_hidden = match word {
            "mod" => true,
            "use" => !is_written_out(words.by_ref().take_while(|word| *word != ";")),
            _ => false,
        };
        if is_hidden {
            return true;
        }
    }
    false
}

/// Whether what a macro of another crate is told may bring a file in that nobody sees: a module that is written elsewhere.
pub(super) fn brings_files(arguments: &str) -> bool {
    let behind = |count: usize| spelled(arguments).skip(count);
    let mut three = behind(0).zip(behind(1)).zip(behind(2));
    arguments.contains("mod") && three.any(|((word, name), end)| word == "mod" && end == ";" && is_word(name))
}

/// Whether the words of an import are `a::b`, or that and `as c`.
fn is_written_out<'t>(words: impl Iterator<Item = &'t str>) -> bool {
    let parts: Vec<&str> = words.collect();
    let path = parts.iter().position(|word| *word == "as").map_or(&parts[..], |at| &parts[..at]);
    let in_place = |(at, word): (usize, &&str)| if at % 2 == 0 { is_word(word) } else { *word == "::" };
    let alias = &parts[path.len()..];
    path.len() >= 3
        && path.len() % 2 == 1
        && path.iter().enumerate().all(in_place)
        && matches!(alias, [] | [_, _])
}

/// Whether what another crate's macro is told declares an item of this name, as it would stand in code.
pub(super) fn declares(arguments: &str, name: &str) -> bool {
    /// What stands right before the name of an item; `ref` behind `static`, as some macros have it.
    const DEFINING: &[&str] = &["const", "enum", "fn", "ref", "static", "struct", "trait", "type", "union"];
    arguments.contains(name)
        && pairs(arguments).any(|(before, word)| word == name && DEFINING.contains(&before))
}

fn is_word(text: &str) -> bool {
    text.chars().all(|char| char.is_alphanumeric() || char == '_')
}

/// The words of a text and the signs between them; `::` is one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end = match rest.find(|char: char| !(char.is_alphanumeric() || char == '_')) {
            Some(0) if rest.starts_with("::") => 2,
            Some(0) => first.len_utf8(),
            Some(end) => end,
            None => rest.len(),
        };
        let (word, behind) = rest.split_at(end);
        rest = behind;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_that_are_written_out_hide_nothing() {
        #[track_caller]
        fn check(text: &str, expected: bool) {
            assert_eq!(hides(text), expected, "{text}");
        }
        check("struct [<A B>];", false);
        check("fn f() { use crate::a::B; }", false);
        check("use crate :: a :: B as C ; use d::e;", false);
        check("use self::a; use super::super::b::C;", false);
        check("mod a {}", true);
        check("use a::B; mod b;", true);
        check("use crate::a::*;", true);
        check("use crate::{a::B, c::D};", true);
        check("use crate::[<a b>]::C;", true);
        check("use crate::a::[<B C>];", true);
        check("use $x::y;", true);
        check("use a;", true);
        check("use a::b", false);
        check("use a::b as;", true);
        check("use", true);
        check("/// What a caller may use, mod by mod.\nA = \"use b::*;\"", false);
        check("fn f() -> impl T + use<'a> {}", true);
    }

    #[test]
    fn modules_that_are_written_elsewhere_bring_files() {
        #[track_caller]
        fn check(text: &str, expected: bool) {
            assert_eq!(brings_files(text), expected, "{text}");
        }
        check("pub mod a;", true);
        check("{ #[x] mod a; }", true);
        check("mod a { pub mod b; }", true);
        check("mod a {}", false);
        check("mod $a;", false);
        check("/// mod a;\nA = \"mod b;\"", false);
    }

    #[test]
    fn what_leads_on_says_so_or_calls_what_may() {
        #[track_caller]
        fn check((rules, arguments): (&str, &str), expected: bool) {
            assert_eq!(Leads::of("m", rules).on(arguments, true), expected, "{rules} told {arguments}");
        }
        let test = "($n:ident, $f:expr) => { #[test] fn $n() { $f(stringify!($n)) } };";
        check((test, "works, || same!(1, 2)"), false);
        check((test, "mod, 1"), true);
        check(("($n:ident) => { mod $n; };", "a"), true);
        check(("($n:ident) => { cases!($n); };", "a"), true);
        check(("($n:ident) => { struct $n; };", "A"), true);
        check(("($($m:ident)::+, $n:ident) => { $($m)::+! { $n } };", "crate::make, a"), true);
        check(("($a:expr) => { 1 + !$a };", "true"), false);
        check(("($n:ident) => { include!(\"a.rs\"); };", "a"), true);
        check(("($($i:item)*) => { $($i)* };", "fn f() {}"), false);
        check(("($($i:item)*) => { $($i)* };", "cases! { a }"), true);
        check(("($($t: tt)*) => { $($t)* };", "fn f() { same!(1) }"), true);
        let again = "($n:ident) => { m!($n, 1); }; ($n:ident, $e:expr) => { fn $n() {} };";
        check((again, "a"), false);
        check((again, "a, mod"), true);
        check(("($n:ident) => { m!($n, 1); }; ($n:ident, 1) => { struct $n; };", "a"), true);
        check(("($n:ident) => { m!($n, 1); }; ($n:ident, 1) => { n!($n); };", "a"), true);
        check(("($m:ident) => { $m!(a); };", "n"), true);
        check(("($n:ident) => { $crate::m!($n); };", "n"), true);
        assert!(Leads::of("m", again).on("a", false));
    }
}
