//! The text of a Rust file → its facts.
//!
//! The only place that knows the grammar. The text is parsed once, walked once without recursion, and everything that
//! depends on the tree is dropped before the facts are handed out. Names are kept as written; nothing is resolved.

mod attribute;
mod branches;
mod builtin;
mod cfg;
mod debris;
mod declare;
pub mod expand;
mod forms;
mod given;
mod grammar;
mod hints;
mod import;
mod item;
pub mod lower;
mod macros;
mod mask;
mod misread;
mod names;
mod naming;
mod outline;
mod paths;
mod scan;
#[cfg(test)]
mod shown;
mod source;
mod token;
mod type_expr;
mod usetree;
mod walk;

use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;

use rustc_hash::FxHashMap;
use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

pub use builtin::{is_macro_of_rust, is_macro_of_std_alone};
pub use declare::{declarations, expression, type_expr};
pub use hints::{Hints, hints};

use self::{grammar::Grammar, source::Source};
use super::{CallId, Cfg, CfgId, ExprKind, FileFacts, Scope, ScopeKind, Unread};
use crate::basis::{Reason, Site};

/// The largest file that is read, in bytes.
const BYTES: usize = 2 << 20;

/// How often the parser may report progress, which it does every hundred of its steps. Code takes 10 to 20 reports for each
/// 1000 bytes, so that this is enough for the largest file that is read. A step of repairing takes up to thirty times as long
/// as one of reading and nothing tells the two apart, so it is also what ends a text that is repaired from end to end.
const WORK: usize = 40_000;

/// How deep items and scopes nest at most in a file that is read.
const NESTING: usize = 100;

/// What the Rust file `text` says.
///
/// The first scope and the first condition are always there. A file that is too large, takes the parser too much work, is
/// not UTF-8 or is a Git LFS pointer has no other facts than that, in [`FileFacts::unread`].
pub fn extract(text: &[u8]) -> FileFacts {
    extract_for(text, &[])
}

/// What the file says, the bodies among it that hold one of `words`.
pub fn extract_for(text: &[u8], words: &[Box<str>]) -> FileFacts {
    if text.len() > BYTES {
        return unread(Reason::TooLarge);
    }
    if is_lfs_pointer(text) {
        return unread(Reason::LfsPointer);
    }
    let Ok(text) = std::str::from_utf8(text) else { return unread(Reason::NotUtf8) };
    let source = Source::new(text).asked(words);
    read(&source, Cfg::default(), branches::DEPTH).unwrap_or_else(|| unread(Reason::TooMuchWork))
}

/// The facts of a text that stands under a condition; `None` where that is too much work.
///
/// `depth` is how deep branches of `cfg_if!` inside each other are read.
fn read(source: &Source<'_>, around: Cfg, depth: u32) -> Option<FileFacts> {
    let masked = mask::masked(source);
    let tree = parse(&masked, WORK).map(|tree| better(source, &masked, tree))?;
    let mut facts = walk::walk(source, &tree, around);
    branches::open(&mut facts, depth);
    link_calls(&mut facts);
    Some(facts).filter(is_shallow)
}

/// Notes in lowered code which of the file's macro calls each one is.
fn link_calls(facts: &mut FileFacts) {
    if facts.bodies.is_empty() || facts.macro_calls.is_empty() {
        return;
    }
    let starts = (0..).map(CallId).zip(&facts.macro_calls);
    let calls: FxHashMap<u32, CallId> = starts.map(|(id, call)| (call.site.span.start, id)).collect();
    for body in &mut facts.bodies {
        body.value.visit(&mut |expr| {
            if let ExprKind::Macro { call, .. } = &mut expr.kind {
                *call = calls.get(&expr.site.span.start).copied();
            }
        });
    }
}

/// Whether items and scopes nest as people nest them. A name in full is as long as the nesting is deep, so that names of all would
/// together grow with a power of it.
fn is_shallow(facts: &FileFacts) -> bool {
    let mut scopes = vec![0; facts.scopes.len()];
    for (at, scope) in facts.scopes.iter().enumerate() {
        scopes[at] = scope.parent.map_or(0, |parent| scopes[parent.0 as usize] + 1);
    }
    let mut items = vec![0; facts.items.len()];
    for (at, item) in facts.items.iter().enumerate() {
        items[at] = item.parent.map_or(0, |parent| items[parent.0 as usize] + 1);
    }
    scopes.iter().chain(&items).all(|depth| *depth <= NESTING)
}

/// `tree`, or the tree of the same text without the attributes that it stumbled over where that is read better.
fn better(source: &Source<'_>, text: &[u8], tree: Tree) -> Tree {
    let stumbled = misread::find(source, &tree);
    if stumbled.attributes.is_empty() {
        return tree;
    }
    let without = mask::blanked(text, &stumbled.attributes);
    match parse(&without, WORK) {
        Some(other) if misread::find(source, &other).errors < stumbled.errors => other,
        Some(_) | None => tree,
    }
}

/// What names the Rust file `text` declares and hands on: its facts without anything inside functions, `impl` blocks and macro
/// definitions. Many times cheaper than [`extract`]; ids of items are not those of the whole facts.
pub fn outline(text: &[u8]) -> FileFacts {
    match std::str::from_utf8(text) {
        Ok(code) if text.len() <= BYTES => extract(outline::outlined(code).as_bytes()),
        Ok(_) | Err(_) => extract(text),
    }
}

/// The tokens of `text` as written; blanks and comments are none.
pub fn spelled(text: &str) -> impl Iterator<Item = &str> {
    token::tokens(text).into_iter().map(|token| &text[token.start as usize..token.end as usize])
}

/// Facts that say nothing.
fn empty() -> FileFacts {
    FileFacts {
        scopes: vec![Scope { parent: None, kind: ScopeKind::File, cfg: CfgId(0) }],
        cfgs: vec![Cfg::default()],
        ..FileFacts::default()
    }
}

fn unread(reason: Reason) -> FileFacts {
    let whole = Unread { reason, site: Site::default(), text: Box::default() };
    FileFacts { unread: vec![whole], ..empty() }
}

/// Whether `text` stands for a file that Git LFS keeps elsewhere; source: the LFS specification, "The Pointer".
fn is_lfs_pointer(text: &[u8]) -> bool {
    text.len() < 1024 && text.starts_with(b"version https://git-lfs.github.com/spec/")
}

thread_local! {
    /// The parser of the thread: what it grew for one text it needs for the next. `None` while it is at work.
    static PARSER: Cell<Option<Parser>> = const { Cell::new(None) };
    /// The last long text with its tree: of a file that changed, what it says is asked and then what it declares.
    static LAST: RefCell<Option<(Box<[u8]>, Tree)>> = const { RefCell::new(None) };
}

/// From how many bytes on a text is long: to read a shorter one again is little.
const LONG: usize = 2 << 10;

/// The tree of `text`; `None` when that takes more than `left` reports of progress. Steps are counted, not time, so that
/// the answer is the same everywhere.
fn parse(text: &[u8], left: usize) -> Option<Tree> {
    // How much is left is part of the question.
    if text.len() < LONG || left != WORK {
        return parsed(text, left);
    }
    let known = LAST.with_borrow(|last| match last {
        Some((known, tree)) if **known == *text => Some(tree.clone()),
        Some(_) | None => None,
    });
    known.or_else(|| {
        let tree = parsed(text, left)?;
        LAST.set(Some((text.into(), tree.clone())));
        Some(tree)
    })
}

fn parsed(text: &[u8], mut left: usize) -> Option<Tree> {
    let mut parser = PARSER.take().or_else(new_parser)?;
    let mut progress = |_: &ParseState| match left.checked_sub(1) {
        Some(rest) => {
            left = rest;
            ControlFlow::Continue(())
        }
        None => ControlFlow::Break(()),
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let tree =
        parser.parse_with_options(&mut |at, _| text.get(at..).unwrap_or_default(), None, Some(options));
    if tree.is_some() {
        // One that was broken off would go on with that text, and is not kept.
        PARSER.set(Some(parser));
    }
    tree
}

fn new_parser() -> Option<Parser> {
    let mut parser = Parser::new();
    parser.set_language(&Grammar::get().language).ok()?;
    Some(parser)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every kind of token and nesting in few bytes, so that its prefixes break each of them at each place.
    const NASTY: &str = "#!/x\n#![cfg(all(test,feature=\"a\"))]//!ä\nuse r#a::{b,c::{self as d,*}};/*/* */*/\n#[cfg_attr(x,path=\"y\")]pub(in crate::z)mod m;#[derive(a::B,C)]struct S<'a,T:D<E=F>>(&'a[T;{1}])where T:G;\nunsafe extern\"C\"{pub safe fn e();}macro_rules!n{($x:ty)=>{$crate::h::<$x>(r#\"\"#,b'\\'',\"\\\"\")}}\nimpl<T>I for J<K>{async fn f(&self,(u,v):L)->M{let Some(w)=u else{return};if let Q::R{x,..}=v{o!{fn p(){}}}match w{y if y=>1..=2,_=><N as O>::P::<u8>(|k|k)}}}";

    #[test]
    fn every_prefix_and_suffix_is_read() {
        for at in (0..=NASTY.len()).filter(|at| NASTY.is_char_boundary(*at)) {
            for text in [&NASTY[..at], &NASTY[at..]] {
                let facts = extract(text.as_bytes());
                assert_eq!(facts.scopes[0].parent, None);
            }
        }
        let whole = extract(NASTY.as_bytes());
        assert_eq!(whole.unread, []);
        assert_eq!((whole.items.len(), whole.imports.len(), whole.modules.len()), (5, 3, 2));
    }

    #[test]
    fn ids_lead_to_what_they_name() {
        let facts = extract(NASTY.as_bytes());
        let (scopes, items, cfgs) = (facts.scopes.len(), facts.items.len(), facts.cfgs.len());
        for (id, item) in facts.items.iter().enumerate() {
            assert!((item.scope.0 as usize) < scopes && (item.cfg.0 as usize) < cfgs);
            assert!(item.parent.is_none_or(|parent| (parent.0 as usize) < id));
            assert!(item.site.span.contains(item.name_site.span));
        }
        for (id, scope) in facts.scopes.iter().enumerate() {
            assert!(scope.parent.is_none_or(|parent| (parent.0 as usize) < id));
        }
        for path in &facts.paths {
            assert!((path.scope.0 as usize) < scopes && (path.cfg.0 as usize) < cfgs);
            assert!(path.item.is_none_or(|item| (item.0 as usize) < items));
        }
    }

    #[test]
    fn files_that_are_not_read_say_why() {
        #[track_caller]
        fn check(text: &[u8], expected: &str) {
            assert_eq!(shown::unread(text), expected);
        }
        check(b"", "");
        check(&vec![b' '; BYTES + 1], "too-large 0:0 ");
        check(b"fn f() { \xff }", "not-utf8 0:0 ");
        let nest = |times: usize| ("mod a {".repeat(times) + &"}".repeat(times)).into_bytes();
        check(&nest(NESTING), "");
        check(&nest(NESTING + 1), "too-much-work 0:0 ");
        let nest = |times: usize| ("fn a() {".repeat(times) + &"}".repeat(times)).into_bytes();
        check(&nest(NESTING), "");
        check(&nest(NESTING + 2), "too-much-work 0:0 ");
        check(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "lfs-pointer 0:0 ");
    }

    #[test]
    fn work_is_counted_in_steps() {
        let text = format!("const A: u8 = {}1;", "1+".repeat(1000));
        assert!(parse(text.as_bytes(), 200).is_some());
        assert!(parse(text.as_bytes(), 20).is_none());
    }

    #[test]
    fn deep_and_wide_texts_end() {
        #[track_caller]
        fn check(text: &str) {
            let facts = extract(text.as_bytes());
            assert!(facts.items.len() + facts.unread.len() > 0);
        }
        let nest = |open: &str, close: &str| open.repeat(4_000) + &close.repeat(4_000);
        check(&format!("const A: u8 = {}", nest("(", ")")));
        check(&format!("fn f() {{ {} }}", nest("{", "}")));
        check(&nest("mod a{", "}"));
        check(&format!("type A = {};", nest("B<", ">")));
        check(&format!("use {};", nest("a::{b,", "}")));
        check(&format!("fn f() {{ m!{{ use {} }} }}", nest("a::{b,", "}")));
        check(&format!("#[cfg({})] fn f() {{}}", nest("all(", ")")));
        check(&format!("#[{}] fn f() {{}}", nest("cfg_attr(a,", ")")));
        check(&nest("#[cfg(a)] mod a{", "}"));
        check(&format!("fn f() {{ {}1 }}", "|a|".repeat(4_000)));
        check(&format!("\"{}", "fn f() { \"a\" }\n".repeat(500)));
        check(&"fn f() { x = 1;\n".repeat(500));
        check(&"impl a::B for C<".repeat(500));
    }
}
