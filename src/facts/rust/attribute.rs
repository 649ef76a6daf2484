//! The tokens of `#[…]` → attributes as if each stood alone, `cfg_attr(…)` and `unsafe(…)` taken apart; what they name and the
//! condition they make.

use std::{borrow::Cow, ops::Range};

use tree_sitter::Node;

use super::{
    builtin::is_builtin_attribute,
    cfg::{marks_test, parts},
    paths::At,
    scan::mentions,
    source::Source,
    token::TokenKind,
    walk::Walk,
};
use crate::{
    basis::Site,
    facts::{CfgId, PathKind, ScopeKind},
};

/// How deep `cfg_attr` in `cfg_attr` is read.
const DEPTH: u32 = 8;

/// One attribute.
#[derive(Clone, Debug)]
pub(super) struct RawAttribute {
    /// The path, blanks and `r#` left out.
    pub path: String,
    /// The whole attribute; inside `cfg_attr(…)` its own part.
    pub site: Site,
    /// The tokens of the path.
    pub path_tokens: Range<usize>,
    /// The tokens between the delimiters or behind `=`.
    pub arguments: Range<usize>,
    /// The predicate of the innermost `cfg_attr` around it.
    pub condition: Option<Range<usize>>,
}

/// The attributes in the tokens of `range`, from `#` to `]`.
pub(super) fn attributes(source: &Source<'_>, range: Range<usize>) -> Vec<RawAttribute> {
    let open = if source.is_mark(range.start + 1, b'!') { range.start + 2 } else { range.start + 1 };
    let site = source.site_of(range.clone());
    let inner = open + 1..range.end.saturating_sub(1).max(open + 1);
    let mut work = vec![(inner, site, None, DEPTH)];
    let mut found = Vec::new();
    while let Some((tokens, site, condition, depth)) = work.pop() {
        let attribute = read(source, tokens, site, condition);
        match attribute.path.as_str() {
            "unsafe" if depth > 0 => {
                work.push((attribute.arguments, site, attribute.condition, depth - 1));
            }
            "cfg_attr" if depth > 0 => {
                let mut listed = parts(source, attribute.arguments).into_iter();
                let condition = listed.next();
                let inner =
                    listed.map(|part| (part.clone(), source.site_of(part), condition.clone(), depth - 1));
                let mut inner: Vec<_> = inner.collect();
                inner.reverse();
                work.append(&mut inner);
            }
            _ => found.push(attribute),
        }
    }
    found
}

fn read(
    source: &Source<'_>,
    tokens: Range<usize>,
    site: Site,
    condition: Option<Range<usize>>,
) -> RawAttribute {
    let mut path = String::new();
    let mut index = tokens.start;
    while index < tokens.end {
        match source.kind(index) {
            Some(TokenKind::Word) => path.push_str(source.word(index).unwrap_or_default()),
            Some(TokenKind::Separator) => path.push_str("::"),
            Some(TokenKind::Lifetime | TokenKind::Literal | TokenKind::Arrow | TokenKind::Mark(_)) | None => {
                break;
            }
        }
        index += 1;
    }
    let path_tokens = tokens.start..index;
    let arguments = if source.is_mark(index, b'=') {
        index + 1..tokens.end.max(index + 1)
    } else if index < tokens.end {
        index + 1..(source.behind_closing(index, tokens.end) - 1).max(index + 1)
    } else {
        index..index
    };
    RawAttribute { path, site, path_tokens, arguments, condition }
}

/// What attributes do to the walk.
impl<'n> Walk<'_, '_, 'n> {
    /// Keeps the attribute at `node` for the node that follows.
    pub(super) fn hold(&mut self, node: Node<'n>) {
        if self.held.is_empty() {
            self.held_start = node.start_byte();
        }
        let tokens = self.source.between(node.start_byte(), node.end_byte());
        self.held.append(&mut attributes(self.source, tokens));
    }

    pub(super) fn inner_attribute(&mut self, node: Node<'n>) -> bool {
        let held = attributes(self.source, self.source.between(node.start_byte(), node.end_byte()));
        self.at.cfg = self.condition(&held, false);
        self.attribute_paths(&held, self.at);
        if self.at.item.is_none() {
            let scope = &mut self.facts.scopes[self.at.scope.0 as usize];
            scope.cfg = self.at.cfg;
            if let ScopeKind::Module(item) = scope.kind {
                self.facts.items[item.0 as usize].cfg = self.at.cfg;
            }
        }
        false
    }

    /// The condition of what these attributes stand over.
    pub(super) fn condition(&mut self, held: &[RawAttribute], function: bool) -> CfgId {
        let mut cfg = self.at.cfg;
        for attribute in held.iter().filter(|attribute| attribute.condition.is_none()) {
            if attribute.path == "cfg" {
                cfg = self.cfgs.narrow(cfg, self.source, attribute.arguments.clone());
            } else if function && marks_test(&attribute.path) {
                cfg = self.cfgs.test(cfg);
            }
        }
        cfg
    }

    /// Records what attributes name, at `at`.
    pub(super) fn attribute_paths(&mut self, held: &[RawAttribute], at: At) {
        let around = std::mem::replace(&mut self.at, at);
        for attribute in held {
            if attribute.path == "derive" {
                for part in parts(self.source, attribute.arguments.clone()) {
                    let path: String = part
                        .clone()
                        .filter_map(|index| self.source.word(index))
                        .collect::<Vec<_>>()
                        .join("::");
                    let lead = if self.source.is_separator(part.start) { "::" } else { "" };
                    let bytes = self.source.site_of(part).span.range();
                    self.record(Cow::Owned(format!("{lead}{path}")), PathKind::Attribute, bytes);
                }
            } else if !attribute.path.is_empty() && !is_builtin_attribute(&attribute.path) {
                let bytes = self.source.site_of(attribute.path_tokens.clone()).span.range();
                self.record(Cow::Owned(attribute.path.clone()), PathKind::Attribute, bytes);
                for mention in mentions(self.source, attribute.arguments.clone()) {
                    if mention.path.contains("::") || mention.path.starts_with(char::is_uppercase) {
                        let bytes = self.source.site_of(mention.tokens).span.range();
                        self.record(Cow::Owned(mention.path), PathKind::MacroTokens, bytes);
                    }
                }
            }
        }
        self.at = around;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let source = Source::new(text);
        let shown: Vec<String> = attributes(&source, 0..source.tokens.len())
            .into_iter()
            .map(|attribute| {
                let when = attribute.condition.map_or("", |range| source.slice(range));
                format!("{}({}){when}", attribute.path, source.slice(attribute.arguments))
            })
            .collect();
        assert_eq!(shown.join("; "), expected);
    }

    #[test]
    fn each_attribute_stands_alone() {
        check("#[test]", "test()");
        check("#![cfg(unix)]", "cfg(unix)");
        check("#[path = \"a.rs\"]", "path(\"a.rs\")");
        check("#[a :: b { c, d }]", "a::b(c, d)");
        check("#[unsafe(no_mangle)]", "no_mangle()");
        check("#[cfg_attr(any(a, b), derive(C), path = \"x\")]", "derive(C)any(a, b); path(\"x\")any(a, b)");
        check("#[cfg_attr(a, cfg_attr(b, c))]", "c()b");
    }

    #[test]
    fn broken_attributes_end() {
        for text in ["#[", "#[]", "#[a(", "#[a =", "#[cfg_attr]", "#[cfg_attr(", "#", "#[a)]", "#![", "#[=]"]
        {
            let source = Source::new(text);
            let _found = attributes(&source, 0..source.tokens.len());
        }
    }
}
