//! Reports made by hand, for the tests of the formats.

use std::sync::Arc;

use super::{
    Counts, DependencyRow, EndpointRow, ExternalRow, Failure, Judging, ManifestRow, ModelListing,
    PlacedError, Report, UnjudgedRow, UseRow,
};
use crate::basis::{
    DependencyKind, Drift, Finding, Identity, Label, Method, Origin, Place, Reason, RepoPath, Role,
    RoutePattern, RuleId, Severity, Span, Subject, SymbolPath, Unjudged, Verdict,
};

pub(super) const CART: &str = "//! A cart.\n\nuse crate::api::CurrentUser;\n";
pub(super) const SPEC: &str =
    "[design]\nname = \"shop\"\n\n\n\nlayers   = [\"api\", [\"orders\", \"billing\"], \"store\"]\n";

/// The span of the first `needle` in `text`.
#[track_caller]
pub(super) fn span(text: &str, needle: &str) -> Span {
    let start = text.find(needle).unwrap();
    Span::new(start, start + needle.len())
}

pub(super) fn place(origin: Origin, file: &str, span: Span) -> Place {
    Place { origin, file: RepoPath::from(file), span }
}

pub(super) fn label(origin: Origin, file: &str, span: Span, text: &str) -> Label {
    Label { place: place(origin, file, span), text: text.to_owned() }
}

/// The text of a cart with a use in line 40.
pub(super) fn cart() -> String {
    let filler = "\n".repeat(36);
    format!("{CART}{filler}        CurrentUser::anonymous()\n")
}

/// A finding with every part.
pub(super) fn finding() -> Finding {
    let owned = |text: &str| Some(text.to_owned());
    Finding {
        rule: RuleId("dependency-divergence"),
        identity: Identity(vec!["shop::orders::cart".to_owned(), "shop::api::CurrentUser".to_owned()]),
        severity: Severity::Deny,
        drift: Drift::Introduced,
        site_drift: None,
        message: "`orders` may not use `api`".to_owned(),
        site: Some(label(
            Origin::Head,
            "src/orders/cart.rs",
            span(CART, "crate::api::CurrentUser"),
            "used in `total` (line 40)",
        )),
        declared: Some(label(
            Origin::Spec,
            "specs/shop.toml",
            span(SPEC, "\"api\""),
            "`orders` stands below `api`",
        )),
        subject: Subject {
            from: owned("orders"),
            to: owned("api"),
            from_item: owned("shop::orders::cart"),
            to_item: owned("shop::api::CurrentUser"),
            named: owned("crate::api::CurrentUser"),
            kind: Some(DependencyKind::Import),
            endpoint: None,
            at: None,
            condition: None,
            was: None,
            ..Subject::default()
        },
        why: owned("Order rules. Knows no HTTP and no SQL."),
        owner: None,
        see: None,
        allowed: vec!["billing".to_owned(), "store".to_owned()],
        help: vec![
            "pass the user's id in as an argument; `api` calls `orders`, not the other way round".to_owned(),
        ],
        also: vec![place(Origin::Head, "src/orders/cart.rs", span(&cart(), "CurrentUser::anonymous"))],
    }
}

/// A declared endpoint that no code is left of.
pub(super) fn absence() -> Finding {
    Finding {
        rule: RuleId("endpoint-absence"),
        identity: Identity(vec!["shop".to_owned(), "POST".to_owned(), "/orders".to_owned()]),
        message: "`POST /orders` is declared and no longer registered".to_owned(),
        site: None,
        declared: Some(label(Origin::Spec, "specs/shop.toml", span(SPEC, "\"shop\""), "declared here")),
        subject: Subject { endpoint: Some("POST /orders".to_owned()), ..Subject::default() },
        why: None,
        owner: Some("@orders".to_owned()),
        see: Some("docs/adr-7.md".to_owned()),
        allowed: Vec::new(),
        help: Vec::new(),
        also: Vec::new(),
        ..finding()
    }
}

/// Places that could not be judged: the change's own, one that base had, a gap in a contract.
pub(super) fn unjudged() -> Vec<Unjudged> {
    let place = |reason, line, text: &str, drift| Unjudged {
        reason,
        file: RepoPath::from("src/api/mod.rs"),
        line,
        text: text.to_owned(),
        drift,
    };
    vec![
        place(Reason::DynamicRoute, 9, ".route(&path, get(show))", Drift::Introduced),
        place(Reason::Syntax, 12, "fn (", Drift::Standing),
        place(Reason::OpaqueResponse, 20, "`impl IntoResponse`", Drift::Introduced),
    ]
}

/// A report without findings.
pub(super) fn conforming() -> Report {
    let file = |origin, file: &str, text: &str| ((origin, RepoPath::from(file)), Arc::from(text));
    Report {
        judging: Judging {
            base: Some("HEAD~1".to_owned()),
            base_ids: vec!["4c1f".repeat(10)],
            head: "index".to_owned(),
            head_id: None,
            files: 4,
            spec: "specs/".to_owned(),
            spec_files: 3,
        },
        verdict: Verdict::Conforms,
        design: None,
        findings: Vec::new(),
        unjudged: Vec::new(),
        counts: Counts {
            files: 4,
            dependencies: 212,
            endpoints: Some(19),
            standing: 2,
            resolved: 1,
            ..Counts::default()
        },
        notes: Vec::new(),
        sources: [
            file(Origin::Head, "src/orders/cart.rs", &cart()),
            file(Origin::Spec, "specs/shop.toml", SPEC),
        ]
        .into(),
        list_standing: false,
    }
}

/// A report with these findings that deviates.
pub(super) fn deviating(findings: Vec<Finding>) -> Report {
    Report { verdict: Verdict::Deviates, findings, ..conforming() }
}

/// A report with one finding about code in `text`, whose file has this name.
pub(super) fn about(file: &str, text: &str, span: Span, message: &str) -> Report {
    let finding = Finding {
        message: message.to_owned(),
        site: Some(label(Origin::Head, file, span, "here")),
        declared: None,
        why: None,
        allowed: Vec::new(),
        help: Vec::new(),
        also: Vec::new(),
        ..finding()
    };
    let mut report = deviating(vec![finding]);
    report.sources = [((Origin::Head, RepoPath::from(file)), Arc::from(text))].into();
    report
}

/// An invalid spec.
pub(super) fn failure() -> Failure {
    Failure {
        undone: "judge this change",
        kind: "spec",
        message: "the spec has 1 error".to_owned(),
        help: vec!["gate schema spec".to_owned()],
        errors: vec![PlacedError {
            file: RepoPath::from("specs/shop.toml"),
            text: Arc::from(SPEC),
            span: span(SPEC, "layers"),
            message: "unknown key `layers`".to_owned(),
            help: Some("did you mean `layer`?".to_owned()),
        }],
    }
}

/// A listing with rows of each kind.
pub(super) fn listing() -> ModelListing {
    let endpoint = |line, method, path: &str, handler: Option<&str>| EndpointRow {
        is_call: false,
        file: RepoPath::from("src/api/mod.rs"),
        line,
        method,
        path: RoutePattern::new(path),
        dynamic: None,
        handler: handler.map(SymbolPath::from),
        package: "shop".to_owned(),
        target: "shop".to_owned(),
        condition: None,
        role: Role::Production,
    };
    let by = |file: &str, line, from| UseRow {
        file: RepoPath::from(file),
        line,
        column: 5,
        from: SymbolPath::from(from),
        kind: DependencyKind::Import,
        role: Role::Production,
        package: "shop".to_owned(),
        target: "shop".to_owned(),
        condition: None,
    };
    let dependency = |line| DependencyRow {
        by: by("src/api/orders.rs", line, "shop::api::orders"),
        from_item: SymbolPath::from("shop::api::orders"),
        to: SymbolPath::from("shop::store::repo::OrderRepo"),
        to_module: SymbolPath::from("shop::store::repo"),
        named: "shop::store::OrderRepo".to_owned(),
    };
    let line = ManifestRow {
        file: RepoPath::from("Cargo.toml"),
        line: 7,
        column: 5,
        package: "shop".to_owned(),
        from: SymbolPath::from("shop"),
        to: "sqlx".to_owned(),
        to_package: None,
        named: "sql".to_owned(),
        role: Role::Production,
        condition: Some("cfg(unix), optional".to_owned()),
    };
    ModelListing {
        endpoints: vec![
            endpoint(31, Method::Get, "/orders/{id}", Some("shop::api::orders::show")),
            EndpointRow {
                is_call: false,
                condition: Some("cfg(feature = \"admin\")".to_owned()),
                dynamic: Some("prefix".to_owned()),
                role: Role::Test,
                ..endpoint(40, Method::Any, "/{?prefix}/admin", None)
            },
            endpoint(30, Method::Delete, "/orders/{id}", Some("shop::api::orders::drop")),
        ],
        dependencies: vec![dependency(3), dependency(9)],
        external: vec![ExternalRow {
            by: by("src/store/mod.rs", 1, "shop::store"),
            to: "sqlx::Pool".to_owned(),
        }],
        manifests: vec![line],
        unjudged: vec![UnjudgedRow {
            file: RepoPath::from("src/gen.rs"),
            line: 0,
            reason: Reason::TooLarge,
            text: "3 MiB".to_owned(),
        }],
        files: 41,
    }
}
