//! Forms of the language that the grammar does not know → where they stand among the tokens.
//!
//! Each is told by the tokens around it alone: what looks like one of them in valid code is one.

use std::ops::Range;

use super::{source::Source, token::TokenKind};

/// How many tokens a path has at most that is followed.
pub(super) const PATH: usize = 64;

/// The bytes of `for<…>` at `index` where it stands behind another bound: nothing in an expression begins so.
pub(super) fn lifetimes(source: &Source<'_>, index: usize) -> Option<Range<usize>> {
    let follows = index.checked_sub(1).is_some_and(|before| source.is_mark(before, b'+'));
    if !follows || !source.is_mark(index + 1, b'<') {
        return None;
    }
    let mut end = index + 2;
    while matches!(source.kind(end), Some(TokenKind::Lifetime)) || source.is_mark(end, b',') {
        end += 1;
    }
    source.is_mark(end, b'>').then(|| source.site_of(index..end + 1).span.range())
}

/// The bytes of a `<` at `index` behind which its `>` comes at once, and of the `::` before it.
pub(super) fn empty_generics(source: &Source<'_>, index: usize) -> Option<Range<usize>> {
    let before = index.checked_sub(1).filter(|_| source.is_mark(index + 1, b'>'))?;
    let first = if source.is_separator(before) { before } else { index };
    let is_behind_name = source.kind(first.checked_sub(1)?) == Some(TokenKind::Word);
    // `for<>` and `use<>` say that nothing is bound or captured; what is left of them would be something else.
    let binds = matches!(source.token(before), "for" | "use");
    (is_behind_name && !binds).then(|| source.site_of(first..index + 2).span.range())
}

/// Whether the number at `index` names a field.
pub(super) fn is_number_of_field(source: &Source<'_>, index: usize) -> bool {
    source.kind(index) == Some(TokenKind::Literal)
        && source.is_mark(index + 1, b':')
        && index.checked_sub(1).is_some_and(|before| matches!(source.token(before), "{" | ","))
        && source.token(index).bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the `::` at `index` stands between a type and its arguments, where only a type can stand: behind an arrow, first behind a `<`
/// that compares nothing, as nothing stands before it that could be compared, among arguments that go on or end behind it, or behind the
/// name of what is declared.
pub(super) fn is_separator_of_type(source: &Source<'_>, index: usize) -> bool {
    if !source.is_separator(index) || !source.is_mark(index + 1, b'<') {
        return false;
    }
    let is = |at: usize, mark: u8| source.is_mark(at, mark);
    let leads = |at: &usize| {
        source.is_separator(*at)
            || is(*at, b'&')
            || matches!(source.kind(*at), Some(TokenKind::Word | TokenKind::Lifetime))
    };
    let before = (index.saturating_sub(PATH)..index).rev().find(|at| !leads(at));
    let Some(before) = before.filter(|before| before + 1 < index) else { return false };
    let compares = || match before.checked_sub(1).and_then(|value| source.kind(value)) {
        // A second `<` shifts.
        Some(TokenKind::Mark(mark)) => b")]}>?<".contains(&mark),
        Some(TokenKind::Separator | TokenKind::Arrow) | None => false,
        Some(_) => true,
    };
    let is_argument = || {
        let closing = source.closing_angle(index + 1, source.tokens.len());
        closing.map(|closing| closing + 1).is_some_and(|behind| {
            is(before, b'<') && (is(behind, b'>') || is(behind, b',')) || is(before, b',') && is(behind, b'>')
        })
    };
    let names = |at: usize| matches!(source.token(at), "pub" | "let" | "mut" | ")" | "(" | "|");
    // A field of a value is named behind a brace or a comma, too.
    let is_parameter = |at: usize| is(at, b',') && source.is_in_parentheses(at);
    let is_declared = || {
        is(before, b':')
            && before > 1
            && source.word(before - 1).is_some()
            && (names(before - 2) || is_parameter(before - 2))
    };
    source.token(before) == "->" || is(before, b'<') && !compares() || is_argument() || is_declared()
}

/// Whether `-` at `index` is the sign of an argument that stands for a constant. A number that is compared looks the same, and its sign
/// is nothing that anybody reads.
pub(super) fn is_sign_of_argument(source: &Source<'_>, index: usize) -> bool {
    let is = |at: usize, mark: u8| source.is_mark(at, mark);
    let Some(before) = index.checked_sub(1).filter(|_| is(index, b'-')) else { return false };
    source.kind(index + 1) == Some(TokenKind::Literal)
        && (is(before, b'<') && (is(index + 2, b'>') || is(index + 2, b','))
            || is(before, b',') && is(index + 2, b'>'))
}

/// Whether the comma at `index` stands behind the last parameter of a closure whose body is a block: no parameter begins with a brace.
pub(super) fn is_comma_of_closure(source: &Source<'_>, index: usize) -> bool {
    source.is_mark(index, b',')
        && source.is_mark(index + 1, b'|')
        && (source.is_mark(index + 2, b'{') || source.token(index + 2) == "->")
}

/// Whether the `..` at `index` is the rest of a struct that is assigned to: it names nothing.
pub(super) fn is_rest_of_assigned(source: &Source<'_>, index: usize) -> bool {
    let is = |at: usize, mark: u8| source.is_mark(at, mark);
    is(index, b'.')
        && is(index + 1, b'.')
        && is(index + 2, b'}')
        && is(index + 3, b'=')
        && index.checked_sub(1).is_some_and(|before| is(before, b',') || is(before, b'{'))
}

/// The blank before a `fn` at `index` that begins what a bound is said of: the grammar knows a reference to it there.
pub(super) fn blank_before_bound_function(source: &Source<'_>, index: usize) -> Option<usize> {
    let before = index.checked_sub(1)?;
    let begins = source.token(before) == "where" || source.is_mark(before, b',');
    let blank = (source.tokens[index].start as usize).checked_sub(1)?;
    let is_blank = source.text.as_bytes()[blank] == b' ' && source.tokens[before].end as usize <= blank;
    (begins && source.is_mark(index + 1, b'(') && is_blank).then_some(blank)
}

/// Whether `&_` stands at `index`, in one piece.
pub(super) fn is_inferred_reference(source: &Source<'_>, index: usize) -> bool {
    source.is_mark(index, b'&')
        && source.token(index + 1) == "_"
        && source.tokens[index].end == source.tokens[index + 1].start
}

/// The bytes of the `::<_, …>` with its `<` at `index`: it names nothing.
pub(super) fn inferred_generics(source: &Source<'_>, index: usize) -> Option<Range<usize>> {
    let before = index.checked_sub(1).filter(|before| source.is_separator(*before))?;
    let is_behind_name = source.kind(before.checked_sub(1)?) == Some(TokenKind::Word);
    let mut end = index + 1;
    while source.token(end) == "_" || source.is_mark(end, b',') {
        end += 1;
    }
    (is_behind_name && end > index + 1 && source.is_mark(end, b'>'))
        .then(|| source.site_of(before..end + 1).span.range())
}

/// The braces of a struct's pattern and what stands between them, where its types are written out, their `<` at `index`
/// (`A::<B> { c: d, .. }`): `None` where it may be a value, which stands before other tokens.
pub(super) fn struct_pattern(source: &Source<'_>, index: usize) -> Option<Range<usize>> {
    let separator = index.checked_sub(1).filter(|before| source.is_separator(*before))?;
    separator.checked_sub(1).filter(|name| source.word(*name).is_some())?;
    let open = source.closing_angle(index, source.tokens.len())? + 1;
    let is = |at: usize, mark: u8| source.is_mark(at, mark);
    if !is(open, b'{') {
        return None;
    }
    let behind = source.behind_closing(open, source.tokens.len());
    let is_alone = |mark: u8| is(behind, mark) && !is(behind + 1, mark);
    let follows = matches!(source.token(behind), "=>" | "if" | "in")
        || is(behind, b':')
        || is_alone(b'=')
        || is_alone(b'|');
    (is(behind - 1, b'}') && follows).then_some(open..behind)
}

/// The bytes of `use<…>` at `index`, and of the `+` that joins it to other bounds. Nothing but names of parameters stands in it.
pub(super) fn captured(source: &Source<'_>, index: usize) -> Option<Range<usize>> {
    if !source.is_mark(index + 1, b'<') {
        return None;
    }
    let mut end = index + 2;
    while matches!(source.kind(end), Some(TokenKind::Lifetime | TokenKind::Word)) || source.is_mark(end, b',')
    {
        end += 1;
    }
    let is_joined = |at: usize| source.is_mark(at, b'+');
    let before = index.checked_sub(1)?;
    match (source.is_mark(end, b'>'), is_joined(before), is_joined(end + 1)) {
        (true, true, _) => Some(source.site_of(before..end + 1).span.range()),
        (true, false, true) => Some(source.site_of(index..end + 2).span.range()),
        (true, false, false) | (false, _, _) => None,
    }
}

/// Whether the first bound behind `dyn` or `impl` at `index` is a lifetime, and others follow.
pub(super) fn is_lifetime_first(source: &Source<'_>, index: usize) -> bool {
    source.kind(index + 1) == Some(TokenKind::Lifetime) && source.is_mark(index + 2, b'+')
}

/// Whether `dyn` at `index` begins what a bound is said of: the name of a trait follows, and a colon.
pub(super) fn is_bound_itself(source: &Source<'_>, index: usize) -> bool {
    let mut end = index + 1;
    let mut depth = 0_usize;
    loop {
        match source.kind(end) {
            Some(TokenKind::Mark(b'<')) => depth += 1,
            Some(TokenKind::Mark(b'>')) if depth > 0 => depth -= 1,
            Some(TokenKind::Mark(b':')) if depth == 0 => break,
            Some(TokenKind::Word | TokenKind::Separator) => {}
            Some(TokenKind::Mark(b',' | b'&' | b'=') | TokenKind::Lifetime) if depth > 0 => {}
            Some(_) | None => return false,
        }
        end += 1;
    }
    end > index + 1 && begins_bound(source, index)
}

/// Whether `()` at `index` is what a bound is said of.
pub(super) fn is_bound_unit(source: &Source<'_>, index: usize) -> bool {
    source.is_mark(index, b'(')
        && source.is_mark(index + 1, b')')
        && source.tokens[index].end == source.tokens[index + 1].start
        && source.is_mark(index + 2, b':')
        && begins_bound(source, index)
}

/// Whether what stands at `index` may begin a line of a `where`.
fn begins_bound(source: &Source<'_>, index: usize) -> bool {
    index.checked_sub(1).is_some_and(|before| matches!(source.token(before), "where" | ","))
}

/// Whether the word at `index` stands between what can precede an item and `fn` or `static`.
pub(super) fn is_qualifier(source: &Source<'_>, index: usize) -> bool {
    let begins = match index.checked_sub(1) {
        Some(before) => matches!(source.token(before), "{" | "}" | ";" | "]" | ")" | "pub"),
        None => true,
    };
    begins && matches!(source.token(index + 1), "fn" | "static")
}

/// Whether a macro of this name is called at `index`.
pub(super) fn is_macro(source: &Source<'_>, index: usize) -> bool {
    source.is_mark(index + 1, b'!') && source.opens(index + 2)
}
