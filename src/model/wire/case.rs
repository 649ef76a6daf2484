//! Names as written in Rust → names on the wire, by the eight cases of `rename_all`.
//!
//! The rules are serde's (`serde_derive`, `internals/case.rs`): a field is taken to be in snake case, a variant in Pascal case, and
//! neither is looked at twice. Letters beyond ASCII stay as they are.

/// A case of `rename_all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// The case that serde calls `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            _ => return None,
        })
    }

    /// What a field is called.
    pub(super) fn of_field(self, field: &str) -> String {
        match self {
            Self::Lower | Self::Snake => field.to_owned(),
            Self::Upper | Self::ScreamingSnake => field.to_ascii_uppercase(),
            Self::Pascal => pascal(field),
            Self::Camel => uncapitalized(&pascal(field)),
            Self::Kebab => field.replace('_', "-"),
            Self::ScreamingKebab => field.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// What a variant is called.
    pub(super) fn of_variant(self, variant: &str) -> String {
        match self {
            Self::Pascal => variant.to_owned(),
            Self::Lower => variant.to_ascii_lowercase(),
            Self::Upper => variant.to_ascii_uppercase(),
            Self::Camel => uncapitalized(variant),
            Self::Snake => snake(variant),
            Self::ScreamingSnake => snake(variant).to_ascii_uppercase(),
            Self::Kebab => snake(variant).replace('_', "-"),
            Self::ScreamingKebab => snake(variant).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn pascal(field: &str) -> String {
    let mut name = String::with_capacity(field.len());
    let mut capital = true;
    for char in field.chars() {
        match char {
            '_' => capital = true,
            char if capital => {
                name.push(char.to_ascii_uppercase());
                capital = false;
            }
            char => name.push(char),
        }
    }
    name
}

fn uncapitalized(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_lowercase(), chars.as_str()))
}

fn snake(variant: &str) -> String {
    let mut name = String::with_capacity(variant.len() + 4);
    for (at, char) in variant.char_indices() {
        if at > 0 && char.is_uppercase() {
            name.push('_');
        }
        name.push(char.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_those_of_serde() {
        #[track_caller]
        fn check(case: &str, field: &str, variant: &str) {
            let case = Case::named(case).expect("it is one of the eight");
            assert_eq!(
                (case.of_field("paid_at2"), case.of_variant("PaidAt2")),
                (field.into(), variant.into())
            );
        }
        check("lowercase", "paid_at2", "paidat2");
        check("UPPERCASE", "PAID_AT2", "PAIDAT2");
        check("PascalCase", "PaidAt2", "PaidAt2");
        check("camelCase", "paidAt2", "paidAt2");
        check("snake_case", "paid_at2", "paid_at2");
        check("SCREAMING_SNAKE_CASE", "PAID_AT2", "PAID_AT2");
        check("kebab-case", "paid-at2", "paid-at2");
        check("SCREAMING-KEBAB-CASE", "PAID-AT2", "PAID-AT2");
        assert_eq!(Case::named("Title Case"), None);
        assert_eq!(Case::Camel.of_field("_"), "");
        assert_eq!(Case::Snake.of_variant("HTTPError"), "h_t_t_p_error");
    }
}
