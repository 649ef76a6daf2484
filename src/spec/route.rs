//! The texts of routes: `GET /orders/{id}` → a method and a path, `/api/v1` → a path.
//!
//! Spellings of web frameworks (`:id`, `<id>`) are recognised only to say how gate spells them.

use super::error::Complaint;
use super::nearest::did_you_mean;
use crate::basis::{Method, RoutePattern};

/// A key of `[api.NAME.endpoints]`.
pub(super) fn read_key(text: &str) -> Result<(Method, RoutePattern), Complaint> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let malformed = |why: &str| Complaint::new(format!("`{text}` is no endpoint: {why}"));
    match words[..] {
        [] => Err(malformed("it is empty").help("an endpoint is a method and a path: `GET /orders/{id}`")),
        [path] if path.starts_with('/') => {
            Err(malformed("the method is missing").help(format!("write `GET {path}`, for example")))
        }
        [_] => {
            Err(malformed("the path is missing")
                .help("an endpoint is a method and a path: `GET /orders/{id}`"))
        }
        [path, method] if path.starts_with('/') && Method::parse(method).is_some() => {
            Err(malformed("the method comes first").help(format!("write `{} {path}`", method.to_uppercase())))
        }
        [method, path] => {
            let method = read_method(method)?;
            Ok((method, read_path(path)?))
        }
        _ => Err(malformed("there is a blank inside the path")),
    }
}

/// The name of a method, in capitals.
pub(super) fn read_method(text: &str) -> Result<Method, Complaint> {
    let names = Method::ALL.map(Method::as_str);
    Method::parse(text).filter(|method| method.as_str() == text).ok_or_else(|| {
        Complaint::new(format!("`{text}` is no method"))
            .help(did_you_mean(text, names).unwrap_or_else(|| format!("known are {}", names.join(", "))))
    })
}

/// A path, parameters as `{name}` and `{*rest}`.
pub(super) fn read_path(text: &str) -> Result<RoutePattern, Complaint> {
    let malformed = |why: &str| Complaint::new(format!("`{text}` is no path of an endpoint: {why}"));
    if !text.starts_with('/') {
        return Err(malformed("it does not begin with `/`")
            .maybe_help((!text.contains("://") && !text.is_empty()).then(|| format!("write `/{text}`"))));
    }
    if text.chars().any(|char| char.is_whitespace() || char.is_control()) {
        return Err(malformed("it has a blank or a control character"));
    }
    let parts: Vec<&str> = text[1..].split('/').collect();
    let mut names: Vec<&str> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let last = index + 1 == parts.len();
        if part.is_empty() && !last {
            return Err(malformed("a part between the slashes is empty"));
        }
        let found = read_part(part, last).map_err(|why| malformed(&why.message).maybe_help(why.help))?;
        for name in found {
            if names.contains(&name) {
                return Err(malformed(&format!("it has two parameters `{name}`")));
            }
            names.push(name);
        }
    }
    Ok(RoutePattern::new(text))
}

/// The names of the parameters in one part; complaints are the end of a sentence.
fn read_part(part: &str, last: bool) -> Result<Vec<&str>, Complaint> {
    if let Some(name) = part.strip_prefix(':') {
        return Err(Complaint::new("a parameter stands in braces").help(format!("write `{{{name}}}`")));
    }
    if let Some(name) = part.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
        let name = name.split(':').next_back().unwrap_or(name);
        return Err(Complaint::new("a parameter stands in braces").help(format!("write `{{{name}}}`")));
    }
    if let Some(name) = part.strip_prefix('*') {
        let name = name.trim_start_matches('*');
        let name = if name.is_empty() { "rest" } else { name };
        return Err(
            Complaint::new("the rest of a path stands in braces").help(format!("write `{{*{name}}}`"))
        );
    }
    let mut names = Vec::new();
    let mut rest = part;
    while let Some(at) = rest.find(['{', '}', '?', '#']) {
        if !rest[at..].starts_with('{') {
            return Err(match &rest[at..=at] {
                "?" => Complaint::new("a query is no part of the path")
                    .help("parameters stand in `query = { … }`"),
                "#" => Complaint::new("a fragment never reaches a server"),
                _ => Complaint::new("a `}` closes nothing"),
            });
        }
        let end = rest[at..].find('}').ok_or_else(|| Complaint::new("a `{` is not closed"))?;
        let inner = &rest[at + 1..at + end];
        let whole = at == 0 && end + 1 == part.len();
        names.push(read_parameter(inner, whole && last)?);
        rest = &rest[at + end + 1..];
    }
    Ok(names)
}

fn read_parameter(inner: &str, may_be_rest: bool) -> Result<&str, Complaint> {
    let (rest, name) = inner.strip_prefix('*').map_or((false, inner), |name| (true, name));
    if name.is_empty() {
        return Err(Complaint::new("a parameter has no name"));
    }
    if rest && !may_be_rest {
        return Err(Complaint::new(format!(
            "`{{*{name}}}` is the rest of the path, so it is its last part, and whole"
        )));
    }
    if let Some((before, _)) = name.split_once(':') {
        return Err(Complaint::new("a parameter has only a name").help(format!("write `{{{before}}}`")));
    }
    if let Some(before) = name.strip_suffix("...") {
        return Err(
            Complaint::new("the rest of a path begins with `*`").help(format!("write `{{*{before}}}`"))
        );
    }
    if name.chars().all(|char| char.is_alphanumeric() || "_-.".contains(char)) {
        Ok(name)
    } else {
        Err(Complaint::new(format!("`{name}` can be no name of a parameter")))
    }
}

/// An entry of `except`: a path, with `/**` at the end where everything below it is meant.
pub(super) fn read_except(text: &str) -> Result<RoutePattern, Complaint> {
    if let Some((method, path)) = text.split_once(char::is_whitespace)
        && Method::parse(method).is_some()
    {
        return Err(Complaint::new(format!("`{text}` has a method, and `except` takes paths"))
            .help(format!("write `{}`", path.trim())));
    }
    let stated = text.strip_suffix("**").filter(|rest| rest.ends_with('/'));
    read_path(stated.unwrap_or(text))?;
    Ok(RoutePattern::new(text))
}

/// `path`, put behind `base`.
pub(super) fn join(base: &RoutePattern, path: &RoutePattern) -> RoutePattern {
    match (base.as_str().trim_end_matches('/'), path.as_str()) {
        ("", path) => RoutePattern::new(path),
        (base, "/") => RoutePattern::new(base),
        (base, path) => RoutePattern::new(&format!("{base}{path}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_a_method_and_a_path() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let (method, path) = read_key(text).unwrap();
            assert_eq!(format!("{method} {path}"), expected);
        }
        check("GET /orders", "GET /orders");
        check("GET    /orders/{id}", "GET /orders/{id}");
        check(" ANY\t/hooks/{*rest} ", "ANY /hooks/{*rest}");
        check("GET /", "GET /");
        check("GET /orders/", "GET /orders/");
        check("GET /x/{name}.json", "GET /x/{name}.json");
        check("GET /{a}-{b}", "GET /{a}-{b}");
        check("GET /{user.id}/ü", "GET /{user.id}/ü");
        check("GET /a:b", "GET /a:b");
    }

    #[test]
    fn malformed_endpoints_say_how() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let message = read_key(text).unwrap_err().into_text();
            assert!(message.contains(expected), "{message}");
        }
        check("", "it is empty");
        check("/orders", "write `GET /orders`");
        check("GET", "the path is missing");
        check("/orders GET", "write `GET /orders`");
        check("GETT /orders", "did you mean `GET`?");
        check("get /orders", "did you mean `GET`?");
        check("FETCH /orders", "known are ANY, CONNECT");
        check("GET orders", "write `/orders`");
        check("GET http://x/y", "does not begin with `/`");
        check("GET /a b", "blank inside the path");
        check("GET /orders/:id", "write `{id}`");
        check("GET /orders/<id>", "write `{id}`");
        check("GET /orders/<int:id>", "write `{id}`");
        check("GET /files/*rest", "write `{*rest}`");
        check("GET /files/**", "write `{*rest}`");
        check("GET /files/{rest...}", "write `{*rest}`");
        check("GET /files/{*rest}/x", "its last part");
        check("GET /files/a{*rest}", "and whole");
        check("GET /orders/{id:\\d+}", "write `{id}`");
        check("GET /orders/{}", "no name");
        check("GET /orders/{*}", "no name");
        check("GET /orders/{id", "`{` is not closed");
        check("GET /orders/id}", "`}` closes nothing");
        check("GET /orders/{i{d}}", "can be no name");
        check("GET /orders/{?id}", "can be no name");
        check("GET /orders//x", "is empty");
        check("GET /orders?page=1", "query = {");
        check("GET /orders#x", "fragment");
        check("GET /{id}/x/{id}", "two parameters `id`");
    }

    #[test]
    fn exceptions_are_paths() {
        assert_eq!(read_except("/debug/**").unwrap().as_str(), "/debug/**");
        assert_eq!(read_except("/ready").unwrap().as_str(), "/ready");
        assert!(read_except("GET /ready").unwrap_err().into_text().contains("write `/ready`"));
        assert!(read_except("/a/**/b").unwrap_err().into_text().contains("in braces"));
        assert!(read_except("ready").unwrap_err().into_text().contains("write `/ready`"));
    }

    #[test]
    fn a_base_goes_before() {
        #[track_caller]
        fn check(base: &str, path: &str, expected: &str) {
            assert_eq!(join(&RoutePattern::new(base), &RoutePattern::new(path)).as_str(), expected);
        }
        check("/api", "/orders", "/api/orders");
        check("/api/", "/orders/", "/api/orders/");
        check("/", "/", "/");
        check("/api", "/", "/api");
        check("/", "/orders", "/orders");
    }
}
