//! Two versions of what a file declares → which of its types and functions say something else, and where the others stand now.
//!
//! Types and functions are told by their places in the lists of them: both versions have to list the same ones, whatever these say.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{BlockDeclaration, Declarations, FunctionDeclaration, TypeDeclaration};
use crate::basis::{Site, Span};

/// What of the declarations of a file an answer was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Piece {
    /// Which there are: the names of types and functions, and the heads of `impl` blocks.
    List,
    /// A type, by its place among the types.
    Type(u32),
    /// A function, by its place among the functions.
    Function(u32),
    /// Of a function all but what it computes.
    Head(u32),
}

/// How two versions of what a file declares differ that list the same types, functions and blocks.
#[derive(Debug, Default)]
pub struct Pieces {
    differing: BTreeSet<Piece>,
    /// Where the parts of all other types and functions stood, and where they stand.
    spans: BTreeMap<Span, Span>,
}

impl Pieces {
    /// `None` where one version lists what the other does not, or something that stood in one place stands in two.
    pub fn between(before: &Declarations, now: &Declarations) -> Option<Self> {
        if !is_like(before, now) {
            return None;
        }
        let mut pieces = Self::default();
        let types = before.types.iter().zip(&now.types);
        let types = types.map(|pair| same(pair, TypeDeclaration::turn));
        for (piece, moved) in (0..).map(Piece::Type).zip(types) {
            pieces.note(piece, moved)?;
        }
        let functions = before.functions.iter().zip(&now.functions);
        for (at, (before, now)) in (0..).zip(functions) {
            let moved = same((before, now), FunctionDeclaration::turn);
            let is_same = moved.is_some();
            pieces.note(Piece::Function(at), moved)?;
            if !is_same {
                let (before, now) = (before.head(), now.head());
                pieces.note(Piece::Head(at), same((&before, &now), FunctionDeclaration::turn))?;
            }
        }
        Some(pieces)
    }

    /// Takes up where the parts of a piece went; `None` where something would stand in two places.
    fn note(&mut self, piece: Piece, moved: Option<Vec<(Span, Span)>>) -> Option<()> {
        let Some(moved) = moved else {
            self.differing.insert(piece);
            return Some(());
        };
        // What one call of a macro declares has one place, and nothing may part from it.
        moved.into_iter().all(|(from, to)| *self.spans.entry(from).or_insert(to) == to).then_some(())
    }

    /// Whether a piece says something else.
    pub fn differs(&self, piece: Piece) -> bool {
        self.differing.contains(&piece)
    }

    /// Whether everything that says the same stands where it stood.
    pub fn are_in_place(&self) -> bool {
        self.spans.iter().all(|(from, to)| from == to)
    }

    /// Where something stands now that stood there; `None` for what says something else.
    pub fn span(&self, span: Span) -> Option<Span> {
        self.spans.get(&span).copied()
    }
}

/// Whether two versions list the same.
fn is_like(before: &Declarations, now: &Declarations) -> bool {
    let block = |block: &BlockDeclaration| BlockDeclaration { site: Site::default(), ..block.clone() };
    let types =
        |all: &Declarations| all.types.iter().map(|one| (one.name.clone(), one.kind)).collect::<Vec<_>>();
    let functions = |all: &Declarations| {
        all.functions.iter().map(|one| (one.name.clone(), one.block)).collect::<Vec<_>>()
    };
    types(before) == types(now)
        && functions(before) == functions(now)
        && before.blocks.iter().map(block).eq(now.blocks.iter().map(block))
}

/// What calls something for every place of a declaration.
type Turn<T> = fn(&mut T, &mut dyn FnMut(&mut Site));

/// Where the parts of a declaration stood and stand that says the same; `None` where it does not.
fn same<T: Clone + PartialEq>((before, now): (&T, &T), turn: Turn<T>) -> Option<Vec<(Span, Span)>> {
    let bare = |of: &T| {
        let (mut of, mut spans) = (of.clone(), Vec::new());
        turn(&mut of, &mut |site| spans.push(std::mem::take(site).span));
        (of, spans)
    };
    let ((before, from), (now, to)) = (bare(before), bare(now));
    (before == now).then(|| from.into_iter().zip(to).collect())
}

#[cfg(test)]
mod tests {
    use super::{Piece, Pieces};
    use crate::facts::rust::declarations;

    const BEFORE: &str = "struct A { a: u8 }\nimpl A { fn f(&self) -> u8 { 1 } }\nfn f() {}\nstruct B(A);\n";

    #[track_caller]
    fn check(change: (&str, &str), differing: Option<&[Piece]>) {
        let now = BEFORE.replacen(change.0, change.1, 1);
        let pieces = Pieces::between(&declarations(BEFORE.as_bytes()), &declarations(now.as_bytes()));
        let found = pieces.map(|pieces| pieces.differing.into_iter().collect::<Vec<_>>());
        assert_eq!(found.as_deref(), differing, "{now}");
    }

    #[test]
    fn what_says_something_else_is_told_by_its_place() {
        check(("u8 }\nimpl", "u16 }\nimpl"), Some(&[Piece::Type(0)]));
        check(("{ 1 }", "{ 2 }"), Some(&[Piece::Function(0)]));
        check(("{ 1 }", "{ 1 + 1 }"), Some(&[Piece::Function(0)]));
        check(("fn f() {}", "fn f() -> u8 { 1 }"), Some(&[Piece::Function(1), Piece::Head(1)]));
        check(("fn f() {}", "#[a] fn f() {}"), Some(&[Piece::Function(1), Piece::Head(1)]));
        check(("B(A)", "B(A, u8)"), Some(&[Piece::Type(1)]));
        check(("struct A", "/// One line more.\n#[derive(Debug)] struct A"), Some(&[Piece::Type(0)]));
        check(("struct A", "// One line more.\nstruct A"), Some(&[]));
    }

    #[test]
    fn lists_have_to_be_the_same() {
        check(("fn f() {}", "fn g() {}"), None);
        check(("fn f() {}", ""), None);
        check(("impl A", "impl B"), None);
        check(("struct B(A)", "enum B { A }"), None);
    }

    #[test]
    fn what_is_the_same_is_found_where_it_stands_now() {
        let now = format!("//! More.\n{}", BEFORE.replace("struct A { a: u8 }", "struct A { a: u16 }"));
        let (before, now) = (declarations(BEFORE.as_bytes()), declarations(now.as_bytes()));
        let pieces = Pieces::between(&before, &now).unwrap();
        assert!(!pieces.are_in_place());
        assert_eq!(pieces.span(before.functions[0].site.span), Some(now.functions[0].site.span));
        assert_eq!(pieces.span(before.types[0].name_site.span), None);
        assert!(Pieces::between(&before, &before).unwrap().are_in_place());
    }
}
