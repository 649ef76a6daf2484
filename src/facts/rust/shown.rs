//! Facts → short lines for tests to compare.

use super::extract;
use crate::facts::{CfgId, FileFacts, ItemId, ScopeId, ScopeKind, TestMark, Visibility};

impl FileFacts {
    fn item_name(&self, item: Option<ItemId>) -> String {
        item.map_or(String::new(), |id| self.items[id.0 as usize].name.to_string())
    }

    fn scope_name(&self, scope: ScopeId) -> String {
        match &self.scopes[scope.0 as usize].kind {
            ScopeKind::File => String::new(),
            ScopeKind::Module(item) => format!("mod {}", self.item_name(Some(*item))),
            ScopeKind::Block(item) => format!("block {}", self.item_name(*item)),
        }
    }

    fn cfg_name(&self, cfg: CfgId) -> String {
        let cfg = &self.cfgs[cfg.0 as usize];
        let mark = match &cfg.test {
            TestMark::No => String::new(),
            TestMark::Yes => " (test)".to_owned(),
            TestMark::UnlessDefault(features) => format!(" (test unless {})", features.join(", ")),
        };
        format!("{}{mark}", cfg.text)
    }
}

fn visibility_name(visibility: &Visibility) -> String {
    match visibility {
        Visibility::Private => String::new(),
        Visibility::Public => "pub ".to_owned(),
        Visibility::Restricted(path) => format!("pub({path}) "),
    }
}

/// ` key=value`, nothing for an empty value.
fn tag(key: &str, value: &str) -> String {
    if value.is_empty() { String::new() } else { format!(" {key}={value}") }
}

/// `visibility Kind name` with scope, parent and condition, one a line.
pub(super) fn items(text: &str) -> String {
    let facts = extract(text.as_bytes());
    let line = |item: &crate::facts::Item| {
        format!(
            "{}{:?} {}{}{}{}",
            visibility_name(&item.visibility),
            item.kind,
            item.name,
            tag("in", &facts.scope_name(item.scope)),
            tag("of", &facts.item_name(item.parent)),
            tag("if", &facts.cfg_name(item.cfg)),
        )
    };
    facts.items.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// `Kind path` with count, one a line.
pub(super) fn paths(text: &str) -> String {
    let facts = extract(text.as_bytes());
    let line = |path: &crate::facts::PathUse| {
        let count = if path.count > 1 { format!("*{}", path.count) } else { String::new() };
        format!("{:?} {}{count}", path.kind, path.path)
    };
    facts.paths.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// `path` with scope, item and condition.
pub(super) fn places(text: &str) -> String {
    let facts = extract(text.as_bytes());
    let line = |path: &crate::facts::PathUse| {
        format!(
            "{}{}{}{}",
            path.path,
            tag("in", &facts.scope_name(path.scope)),
            tag("of", &facts.item_name(path.item)),
            tag("if", &facts.cfg_name(path.cfg)),
        )
    };
    facts.paths.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// `visibility path as name` with scope, item and condition.
pub(super) fn imports(text: &str) -> String {
    let facts = extract(text.as_bytes());
    let line = |import: &crate::facts::Import| {
        let mark = if import.glob { "::*" } else { "" };
        let mut line = format!("{}{}{mark}", visibility_name(&import.visibility), import.path);
        if !import.name.is_empty() && !import.path.ends_with(&*import.name) {
            line.push_str(&format!(" as {}", import.name));
        }
        line.push_str(if import.is_self { " self" } else { "" });
        line.push_str(if import.extern_crate { " extern" } else { "" });
        line.push_str(&tag("in", &facts.scope_name(import.scope)));
        line.push_str(&tag("of", &facts.item_name(import.item)));
        line.push_str(&tag("if", &facts.cfg_name(import.cfg)));
        line
    };
    facts.imports.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// Modules in other files.
pub(super) fn modules(text: &str) -> String {
    let facts = extract(text.as_bytes());
    let line = |module: &crate::facts::ModDecl| {
        format!(
            "{}{}{}{}{}{}",
            visibility_name(&module.visibility),
            module.name,
            tag("at", module.path.as_deref().unwrap_or_default()),
            tag("in", &facts.scope_name(module.scope)),
            tag("if", &facts.cfg_name(module.cfg)),
            if module.macro_use { " macro_use" } else { "" },
        )
    };
    facts.modules.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// Macro calls with their arguments, scope and item.
pub(super) fn macro_calls(text: &str) -> String {
    let facts = extract(text.as_bytes());
    let line = |call: &crate::facts::MacroCall| {
        format!(
            "{}!({}){}{}",
            call.path,
            call.arguments,
            tag("of", &facts.item_name(call.item)),
            tag("if", &facts.cfg_name(call.cfg)),
        )
    };
    facts.macro_calls.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// What is unread: reason, line and column, text.
pub(super) fn unread(text: &[u8]) -> String {
    let facts = extract(text);
    let line = |part: &crate::facts::Unread| {
        format!("{} {}:{} {}", part.reason.as_str(), part.site.line, part.site.column, part.text)
    };
    facts.unread.iter().map(line).collect::<Vec<_>>().join("; ")
}
