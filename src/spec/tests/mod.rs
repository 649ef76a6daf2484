//! The spec floor as its callers see it: texts in, a design or all of the errors out.

mod readings;
mod refusals;

use super::*;
use crate::basis::{Method, Role, Severity};

const RULES: &[RuleId] = &[
    RuleId("dependency-divergence"),
    RuleId("module-cycle"),
    RuleId("unmapped-code"),
    RuleId("endpoint-divergence"),
    RuleId("response-mismatch"),
    RuleId("contract-break"),
    RuleId("waiver-expired"),
    RuleId("spec-loosened"),
];

fn files(texts: &[&str]) -> Vec<SpecFile> {
    let name = |index: usize| format!("specs/{}.toml", char::from(b'a' + u8::try_from(index).unwrap()));
    texts
        .iter()
        .enumerate()
        .map(|(index, text)| SpecFile {
            path: name(index).as_str().into(),
            text: (*text).into(),
            is_linked: false,
        })
        .collect()
}

/// Two modules and an API that every short case can refer to.
const GROUND: &str = r#"gate = 1
[module.api]
code = ["crate::api"]
why = "Edge."
[module.store]
code = ["crate::store"]
why = "Postgres."
"#;

#[track_caller]
fn design(text: &str) -> Design {
    let found = read(files(&[GROUND, &format!("gate = 1\n{text}")]), RULES);
    found.unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

/// The errors as `underlined text: message (help)`.
fn shown(texts: &[&str]) -> Vec<String> {
    let errors = read(files(texts), RULES).err().unwrap_or_default();
    let show = |error: &SpecError| {
        let help = error.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
        format!("{}: {}{help}", &error.text[error.span.range()], error.message)
    };
    errors.iter().map(show).collect()
}

#[track_caller]
fn fails(text: &str, underlined: &str, message: &str) {
    let found = shown(&[GROUND, &format!("gate = 1\n{text}")]);
    let [only] = &found[..] else { panic!("expected one error, found {}: {found:#?}", found.len()) };
    let rest = only.strip_prefix(&format!("{underlined}: "));
    let rest = rest.unwrap_or_else(|| panic!("expected `{underlined}` to be underlined: {only}"));
    assert!(rest.contains(message), "expected `{message}` in: {rest}");
}

/// Like [`fails`], the lines standing in `[module.m]` with code and reason.
#[track_caller]
fn module_fails(lines: &str, underlined: &str, message: &str) {
    fails(&format!("[module.m]\ncode = [\"crate::m\"]\nwhy = \"w\"\n{lines}"), underlined, message);
}

/// Like [`fails`], the lines standing in `[api.shop]` with a reason.
#[track_caller]
fn api_fails(lines: &str, underlined: &str, message: &str) {
    fails(&format!("[api.shop]\nwhy = \"w\"\n{lines}"), underlined, message);
}

/// Like [`fails`], the value being that of an endpoint.
#[track_caller]
fn endpoint_fails(value: &str, underlined: &str, message: &str) {
    api_fails(&format!("[api.shop.endpoints]\n\"GET /x\" = {value}"), underlined, message);
}

/// Like [`fails`], the lines standing in a waiver with reason, owner and date.
#[track_caller]
fn waiver_fails(lines: &str, underlined: &str, message: &str) {
    let rest = "why = \"w\"\nowner = \"o\"\nexpires = 2027-01-31\n";
    fails(&format!("[[waiver]]\n{rest}{lines}"), underlined, message);
}
#[test]
fn files_stand_in_the_order_of_their_paths() {
    let mut given = files(&[GROUND, "gate = 1\n[design]\nlayers = [\"api\"]"]);
    given.reverse();
    let design = read(given, RULES).unwrap();
    assert_eq!(design.files[0].path, "specs/a.toml".into());
    assert_eq!(design.layers_at.map(|at| at.file), Some(1));
}

#[test]
fn the_needed_gate_is_known_whatever_else_is_wrong() {
    let needed =
        needs(&files(&["gate = 7\n[whatever", "gate = 7\nx = \n[design]\nneeds = \"2.1\"\n[new.table]\n"]));
    assert_eq!(needed.map(|needed| (needed.value, needed.at.file)), Some(((2, 1, 0), 1)));
    assert_eq!(needs(&files(&[GROUND])), None);
}

#[test]
fn errors_are_shown_with_line_and_column() {
    let errors = read(files(&["gate = 1\n[design]\n  layer = []"]), RULES).unwrap_err();
    let expected = "specs/a.toml:3:3: there is no key `layer` in `[design]` (did you mean `layers`?)";
    assert_eq!(errors[0].to_string(), expected);
}

#[test]
fn hostile_specs_are_errors_in_good_time() {
    #[track_caller]
    fn check(text: &str) {
        let errors = read(files(&[text]), RULES).unwrap_err();
        assert!(!errors.is_empty() && errors.len() <= 200);
    }
    let numbers = |each: &dyn Fn(usize) -> String| (0..2_000).map(each).collect::<String>();
    check(&format!("gate = 1\n{}", numbers(&|n| format!("[m{n}]\n"))));
    check(&format!("gate = 1\n[design]\ntests = [{}]", numbers(&|n| format!("\"a b{n}\","))));
    check(&format!("gate = 1\n[module]\n{}", numbers(&|n| format!("m{n} = 1\n"))));
    check(&format!("gate = 1\n[design]\nlayers = [{}]", numbers(&|n| format!("\"m{n}\","))));
    check(&format!("gate = 1\n[schema.A]\n{}", numbers(&|n| format!("f{n} = \"S{n}\"\n"))));
    check(&format!("gate = 1\n{}", numbers(&|_| "[[waiver]]\nrule = \"x\"\n".to_owned())));
    check(&format!("gate = 1\n[schema]\n{}", numbers(&|n| format!("Schema{n} = {{ a = \"Shcema{n}\" }}\n"))));
    let nested = format!("{}\"int\"{}", "{ a = ".repeat(18), " }".repeat(18));
    check(&format!("gate = 1\n[schema]\nA = {nested}"));
    check("gate = 1\n\u{0}");
    check(&"\u{feff}".repeat(100));
}

#[test]
fn no_text_makes_it_panic() {
    let reference = include_str!("../../../docs/spec.md");
    let blocks = reference.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let text: String = blocks.take_while(|block| !block.contains("[[waiver]]")).collect();
    assert!(read(files(&[&text]), RULES).is_ok());
    let cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).step_by(41).collect();
    for at in &cuts {
        let (head, tail) = text.split_at(*at);
        for broken in [
            head.to_owned(),
            format!("gate = 1\n{tail}"),
            format!("{head}\"{tail}"),
            format!("{head}{{[{tail}"),
        ] {
            let _outcome = read(files(&[&broken]), RULES);
        }
    }
}
