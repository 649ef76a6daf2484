//! `use` and `extern crate` → imports.

use tree_sitter::Node;

use super::{attribute::RawAttribute, paths::At, usetree::leaves, walk::Walk};
use crate::{basis::Reason, facts::Import};

impl<'n> Walk<'_, '_, 'n> {
    pub(super) fn import(&mut self, node: Node<'n>, held: &[RawAttribute]) -> bool {
        let cfg = self.condition(held, false);
        let visibility = self.visibility(node);
        let all = self.source.between(node.start_byte(), node.end_byte());
        let keyword = all.clone().find(|index| self.source.token(*index) == "use").unwrap_or(all.start);
        let tree = keyword + 1..all.end.saturating_sub(1).max(keyword + 1);
        let around = std::mem::replace(&mut self.at.cfg, cfg);
        if node.has_error() {
            self.unread(Reason::Syntax, node.start_byte(), node.end_byte());
            self.scan(keyword..all.end);
        } else if let Some(leaves) = leaves(self.source, tree, &mut self.budget) {
            let statement = self.source.site(node.start_byte(), node.end_byte());
            for leaf in leaves {
                self.facts.imports.push(Import {
                    path: leaf.path.into(),
                    name: leaf.name.into(),
                    glob: leaf.glob,
                    is_self: leaf.is_self,
                    extern_crate: false,
                    scope: self.at.scope,
                    item: self.at.item,
                    visibility: visibility.clone(),
                    cfg,
                    site: self.source.site_of(leaf.tokens),
                    statement,
                });
            }
        } else {
            self.unread(Reason::TooMuchWork, node.start_byte(), node.end_byte());
        }
        self.attribute_paths(held, self.at);
        self.at.cfg = around;
        false
    }

    pub(super) fn extern_crate(&mut self, node: Node<'n>, held: &[RawAttribute]) -> bool {
        let cfg = self.condition(held, false);
        let all = self.source.between(node.start_byte(), node.end_byte());
        let Some(keyword) = all.clone().find(|index| self.source.token(*index) == "extern") else {
            return false;
        };
        let word = |index: usize| self.source.word(index).unwrap_or_default();
        let path = word(keyword + 2);
        let name = if word(keyword + 3) == "as" { word(keyword + 4) } else { path };
        if node.has_error() || path.is_empty() {
            self.unread(Reason::Syntax, node.start_byte(), node.end_byte());
        }
        if !path.is_empty() {
            self.facts.imports.push(Import {
                path: path.into(),
                name: name.into(),
                glob: false,
                is_self: false,
                extern_crate: true,
                scope: self.at.scope,
                item: self.at.item,
                visibility: self.visibility(node),
                cfg,
                site: self.source.site_of(keyword + 2..keyword + 3),
                statement: self.source.site(node.start_byte(), node.end_byte()),
            });
        }
        self.attribute_paths(held, At { cfg, ..self.at });
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;

    #[test]
    fn imports_of_each_kind() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(shown::imports(text), expected, "{text}");
        }
        check("use a::{b, c::{self, d as e}, *};", "a::b; a::c self; a::c::d as e; a::*");
        check("pub(crate) use self::x as _;", "pub(crate) self::x as _");
        check("#[cfg(test)] pub use ::a::b;", "pub ::a::b if=test (test)");
        check("extern crate a; pub extern crate b as c;", "a extern; pub b as c extern");
        check("extern crate self as x;", "self as x extern");
        check("fn f() { use a::b; }", "a::b in=block f of=f");
        check("mod m { use super::*; }", "super::* in=mod m");
        check("fn f() { { use a::b; } }", "a::b in=block f of=f");
        check("use r#mod::r#fn;", "mod::fn");
    }
}
