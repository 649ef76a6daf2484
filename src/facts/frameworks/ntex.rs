//! ntex, whose applications, scopes, resources and attributes mean what actix's do; but the slash that ends a scope is the one that
//! begins what lies in it.

use super::Framework;
use super::actix::ACTIX;

/// The row.
pub(super) const NTEX: Framework =
    Framework { name: "ntex", crates: &["ntex", "ntex_macros", "ntex_files"], join, ..ACTIX };

fn join(prefix: &str, inner: &str) -> String {
    let prefix = if inner.is_empty() { prefix } else { prefix.strip_suffix('/').unwrap_or(prefix) };
    (ACTIX.join)(prefix, inner)
}

#[cfg(test)]
mod tests {
    #[test]
    fn one_slash_stands_between_a_scope_and_what_lies_in_it() {
        #[track_caller]
        fn check(prefix: &str, inner: &str, expected: &str) {
            assert_eq!(super::join(prefix, inner), expected);
        }
        check("/", "/orders", "/orders");
        check("/app/", "/", "/app/");
        check("/app/", "", "/app/");
        check("app/", "orders", "/app/orders");
        check("/app", "/orders", "/app/orders");
        check("", "/", "/");
    }
}
