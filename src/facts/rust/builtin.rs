//! Names that the language itself owns: keywords, primitive types, attributes of the compiler. Source: the Rust Reference.

/// Keywords that are never an item's name; `crate`, `self`, `super` and `Self` among them.
const KEYWORDS: &[&str] = &[
    "Self", "_", "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum",
    "extern", "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where",
    "while",
];

/// Primitive types, sorted.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "f128", "f16", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128",
    "u16", "u32", "u64", "u8", "usize",
];

/// Attributes that the compiler and its tools define, sorted.
const ATTRIBUTES: &[&str] = &[
    "allow",
    "automatically_derived",
    "bench",
    "cfg",
    "cfg_attr",
    "cold",
    "coverage",
    "debugger_visualizer",
    "default",
    "deny",
    "deprecated",
    "derive",
    "diagnostic",
    "doc",
    "expect",
    "export_name",
    "feature",
    "forbid",
    "global_allocator",
    "ignore",
    "inline",
    "instruction_set",
    "link",
    "link_name",
    "link_ordinal",
    "link_section",
    "macro_export",
    "macro_use",
    "must_use",
    "naked",
    "no_builtins",
    "no_implicit_prelude",
    "no_link",
    "no_main",
    "no_mangle",
    "no_std",
    "non_exhaustive",
    "panic_handler",
    "path",
    "proc_macro",
    "proc_macro_attribute",
    "proc_macro_derive",
    "recursion_limit",
    "repr",
    "rustc_legacy_const_generics",
    "rustfmt",
    "should_panic",
    "target_feature",
    "test",
    "track_caller",
    "type_length_limit",
    "unsafe",
    "used",
    "warn",
    "windows_subsystem",
];

/// Attributes that say nothing about what an item is to others, sorted; the others are kept with it.
const INCIDENTAL: &[&str] = &[
    "allow",
    "automatically_derived",
    "cfg",
    "cfg_attr",
    "cold",
    "deny",
    "derive",
    "diagnostic",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "repr",
    "rustfmt",
    "track_caller",
    "warn",
];

/// Macros of the standard library that stand in bodies, sorted.
const MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "compile_error",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include_bytes",
    "include_str",
    "line",
    "matches",
    "module_path",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// Whether a path in front of `!` means a macro of the standard library; a macro of the repository that has taken one of these
/// names is taken for it.
pub fn is_macro_of_rust(path: &str) -> bool {
    MACROS.binary_search(&path).is_ok() || path.starts_with("std::") || path.starts_with("core::")
}

/// Whether the path in front of `!` is the name of a macro of the standard library that no module of it shares: who speaks of
/// `std::env` means the module.
pub fn is_macro_of_std_alone(path: &str) -> bool {
    MACROS.binary_search(&path).is_ok() && !matches!(path, "env" | "panic" | "vec")
}

/// Whether what a macro with this path is told is no code of the place where it stands: it becomes a text, or it is code for
/// whoever calls a procedural macro, where `crate` is another crate and a name alone means something else.
pub(super) fn takes_no_code(path: &str) -> bool {
    let name = path.rsplit("::").next().unwrap_or(path);
    matches!(name, "concat" | "parse_quote" | "parse_quote_spanned" | "quote" | "quote_spanned" | "stringify")
}

/// Whether `word` is a keyword.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

/// Whether `name` is a primitive type.
pub(super) fn is_primitive(name: &str) -> bool {
    (2..=5).contains(&name.len()) && PRIMITIVES.binary_search(&name).is_ok()
}

/// Whether an attribute with this path is the compiler's own, or a tool's (`clippy::…`, `rustfmt::…`).
pub(super) fn is_builtin_attribute(path: &str) -> bool {
    match path.split_once("::") {
        Some((tool, _)) => {
            matches!(tool, "clippy" | "rustfmt" | "rustdoc" | "diagnostic" | "miri" | "rust_analyzer")
        }
        None => ATTRIBUTES.binary_search(&path).is_ok(),
    }
}

/// Whether an attribute with this path need not be kept with an item.
pub(super) fn is_incidental(path: &str) -> bool {
    match path.split_once("::") {
        Some(_) => is_builtin_attribute(path),
        None => INCIDENTAL.binary_search(&path).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for table in [KEYWORDS, PRIMITIVES, ATTRIBUTES, INCIDENTAL, MACROS] {
            assert!(table.is_sorted(), "{table:?}");
        }
    }
}
