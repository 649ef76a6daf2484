//! Texts that are a design: what each of its statements becomes.

use super::*;

#[test]
fn a_design_is_read_with_its_defaults() {
    let design = design("");
    assert_eq!((design.unmapped, design.unjudged), (Policy::Deny, Policy::Deny));
    assert_eq!(design.judge, [Role::Production]);
    assert_eq!(design.modules.len(), 2);
    let module = design.module(ModuleId(1));
    assert_eq!((module.name.value.as_str(), module.why.value.as_str()), ("store", "Postgres."));
    assert_eq!((&module.users, &module.public, &module.external), (&None, &None, &None));
    assert!(design.layers.is_empty() && design.apis.is_empty() && design.waivers.is_empty());
}

#[test]
fn design_tables_are_read() {
    let design = design(
        "[design]\nname = \"shop\"\nwhy = \"w\"\nneeds = \"0.3\"\nunmapped = \"allow\"\nunjudged = \"note\"\n\
         judge = [\"test\", \"production\"]\ntests = [\"t/**\"]\nabsent = [\"crate::proto\"]\nlayers = [[\"api\"], \"store\"]",
    );
    assert_eq!(design.name.as_ref().map(|name| name.value.as_str()), Some("shop"));
    assert_eq!(design.needs.map(|needs| needs.value), Some((0, 3, 0)));
    assert_eq!((design.unmapped, design.unjudged), (Policy::Tolerate, Policy::Tolerate));
    assert_eq!(design.judge, [Role::Production, Role::Test]);
    assert!(matches!(design.tests[0].value, Pattern::File(_)));
    assert!(matches!(design.absent[0].value, Pattern::Symbol(_)));
    assert_eq!(design.layer_of(ModuleId(0)), Some(0));
    assert_eq!(design.layer_of(ModuleId(1)), Some(1));
    let at = design.layers_at.unwrap();
    assert_eq!(&design.files[at.file as usize].text[at.span.range()], "[[\"api\"], \"store\"]");
}

/// A module `m` with these lines.
#[track_caller]
fn module(lines: &str) -> (Design, Module) {
    let design = design(&format!("[module.m]\ncode = [\"crate::m\"]\nwhy = \"w\"\n{lines}"));
    let module = design.module(design.module_named("m").unwrap()).clone();
    (design, module)
}

#[test]
fn names_mean_modules_first() {
    #[track_caller]
    fn check(list: &str, expected: &[&str]) {
        let (design, module) = module(&format!("uses = {list}"));
        let show = |name: &Declared<Name>| match &name.value {
            Name::Any => "any".to_owned(),
            Name::Module(id) => format!("module {}", design.module(*id).name.value),
            Name::Symbol(symbol) => format!("symbol {symbol}"),
        };
        assert_eq!(module.uses.iter().map(show).collect::<Vec<_>>(), expected);
    }
    check("\"*\"", &["any"]);
    check("[]", &[]);
    check("[\"store\"]", &["module store"]);
    check("[\"::store\"]", &["symbol ::store"]);
    check("[\"crate::store\"]", &["symbol crate::store"]);
    check("[\"std::fs\", \"billing-core\"]", &["symbol std::fs", "symbol billing_core"]);
    check("[\"m\"]", &["module m"]);
    check("[\"common_*\"]", &["symbol common_*"]);
}

#[test]
fn names_that_may_be_nothing_are_listed() {
    #[track_caller]
    fn check(lines: &str, expected: &[(&str, Option<&str>)]) {
        let (design, _) = module(lines);
        let found = design.unknown_names();
        let found: Vec<_> = found.iter().map(|(name, _, meant)| (*name, meant.as_deref())).collect();
        assert_eq!(found, expected);
    }
    check("uses = [\"stroe\", \"store\", \"std\", \"::x\", \"a::b\", \"x_*\"]", &[("stroe", Some("store"))]);
    check("users = [\"billing\"]", &[("billing", None)]);
    check("bans = [\"billing\"]\nowns = [\"sqlx\"]", &[]);
    check("uses = \"*\"", &[]);
}

#[test]
fn module_keys_are_read() {
    let (design, module) = module(
        "users = []\npublic = [\"crate::m::repo\"]\nowns = [\"sqlx\", \"tokio::runtime::Builder\"]\nexternal = []\n\
         bans = [\"store\", \"::core\"]\nreexports = [\"store\"]\nowner = \"@o\"\nsee = \"s\"",
    );
    assert_eq!(module.users, Some(Vec::new()));
    assert_eq!(module.external, Some(Vec::new()));
    assert_eq!(module.public.unwrap()[0].value.to_string(), "crate::m::repo");
    assert_eq!(module.owns[1].value.segments, ["tokio", "runtime", "Builder"]);
    assert_eq!(module.bans[0].value, Name::Module(design.module_named("store").unwrap()));
    assert_eq!(module.reexports[0].value, design.module_named("store").unwrap());
    assert_eq!((module.owner.as_deref(), module.see.as_deref()), (Some("@o"), Some("s")));
    for at in [module.users_at, module.public_at, module.external_at] {
        assert_eq!(at.map(|at| at.file), Some(1));
    }
    let name = module.name.at;
    assert_eq!(&design.files[1].text[name.span.range()], "m");
}

/// An API `shop` with these lines, and a schema `Order`.
#[track_caller]
fn api(lines: &str) -> Api {
    design(&format!("[schema.Order]\nid = \"uuid\"\n[api.shop]\nwhy = \"w\"\n{lines}")).apis.remove(0)
}

#[test]
fn api_keys_are_read() {
    let api = api(
        "entry = [\"crate::api::router\", \"src/main.rs\"]\nbase = \"/api/v1\"\nexcept = [\"/api/v1/debug/**\"]\n\
         exhaustive = false\nhandlers = [\"crate::api\"]\nopenapi = \"./openapi.yaml\"\nauth = \"user\"\nclosed = true\n\
         [api.shop.guards]\nuser = { extractors = [\"CurrentUser\"], layers = [\"auth::require_user\"] }\n\
         [api.shop.values]\n\"CONFIG.base()\" = \"\"\n\
         [api.shop.wrappers]\nrequest = { ValidatedJson = \"json\" }\nresponse = { Png = \"image/png\" }\n\
         [[api.shop.registers]]\nname = \"crud\"\nmethod = 0\npath = 1\nhandler = 2\n\
         [[api.shop.registers]]\nname = \"health\"\nmethod = \"GET\"\npath = 0",
    );
    assert!(
        matches!(api.entry[0].value, Pattern::Symbol(_)) && matches!(api.entry[1].value, Pattern::File(_))
    );
    assert_eq!((api.base.as_str(), api.except[0].value.as_str()), ("/api/v1", "/api/v1/debug/**"));
    assert_eq!((api.exhaustive, api.closed), (false, true));
    assert_eq!(api.openapi.unwrap().value, "./openapi.yaml");
    assert_eq!(api.auth.unwrap().value, Auth::Guard("user".to_owned()));
    assert_eq!(api.guards[0].layers[0].value.to_string(), "auth::require_user");
    assert_eq!(api.values["CONFIG.base()"], "");
    assert_eq!(api.request_wrappers["ValidatedJson"], Media::Json);
    assert_eq!(api.response_wrappers["Png"], Media::Other("image/png".to_owned()));
    assert_eq!((api.registers[0].method, api.registers[0].handler), (RegisteredMethod::Argument(0), Some(2)));
    assert_eq!(
        (api.registers[1].method, api.registers[1].handler),
        (RegisteredMethod::Fixed(Method::Get), None)
    );
}

#[test]
fn an_api_is_exhaustive_and_open_by_default() {
    let api = api("");
    assert_eq!((api.exhaustive, api.closed, api.base.as_str()), (true, false, "/"));
    assert!(api.entry.is_empty() && api.base_at.is_none() && api.auth.is_none());
}

#[test]
fn endpoints_are_read_in_order() {
    let api = api(
        "base = \"/v1\"\n[api.shop.endpoints]\n\"POST   /z\" = {}\n\"GET /a/{id}\" = { planned = true, handler = \"crate::h\" }\n\
         \"ANY /{*rest}\" = {}\n\"GET /\" = {}",
    );
    let shown: Vec<String> =
        api.endpoints.iter().map(|found| format!("{} {}", found.method, found.path)).collect();
    assert_eq!(shown, ["POST /v1/z", "GET /v1/a/{id}", "ANY /v1/{*rest}", "GET /v1"]);
    assert!(api.endpoints[1].planned && !api.endpoints[0].planned);
    assert_eq!(api.endpoints[1].handler.as_ref().unwrap().value.to_string(), "crate::h");
}

#[test]
fn promises_of_endpoints_are_read() {
    #[track_caller]
    fn check(value: &str, test: impl Fn(&EndpointDeclaration) -> bool) {
        let api = api(&format!(
            "[api.shop.guards]\nadmin = {{ layers = [\"a\"] }}\n[api.shop.endpoints]\n\"GET /x\" = {value}"
        ));
        assert!(test(&api.endpoints[0]), "{:#?}", api.endpoints[0]);
    }
    let order = || Some(Shape::Schema("Order".to_owned()));
    check("{}", |found| {
        found.request.is_none() && found.responses.is_none() && found.query.is_none() && found.auth.is_none()
    });
    check("{ auth = \"none\" }", |found| found.auth.as_ref().is_some_and(|auth| auth.value == Auth::Open));
    check("{ auth = \"admin\" }", |found| {
        found.auth.as_ref().is_some_and(|auth| auth.value == Auth::Guard("admin".to_owned()))
    });
    check("{ query = {} }", |found| found.query == Some(Vec::new()));
    check("{ query = { page = \"int?\", sort = [\"up\", \"down\"] } }", |found| {
        let query = found.query.as_deref().unwrap();
        query[0].optional
            && query[0].name.value == "page"
            && matches!(&query[1].shape, Shape::Enum(values) if values.len() == 2)
    });
    check("{ request = \"none\" }", |found| {
        found.request.as_ref().is_some_and(|body| body.value == Payload::Empty)
    });
    check("{ request = \"Order?\" }", |found| {
        let body = Payload::Body { media: Media::Json, shape: order(), optional: true };
        found.request.as_ref().is_some_and(|request| request.value == body)
    });
    check("{ request = \"form Order\" }", |found| {
        matches!(&found.request.as_ref().unwrap().value, Payload::Body { media: Media::Form, .. })
    });
    check(
        "{ request = { order = \"Order\", lines = { a = \"int\" } } }",
        |found| matches!(&found.request.as_ref().unwrap().value, Payload::Body { shape: Some(Shape::Object(fields)), .. } if fields.len() == 2),
    );
    check("{ responses = \"Order[]\" }", |found| matches!(&found.responses, Some(Responses::Success(_))));
    check("{ responses = { 404 = \"none\", 200 = \"Order\" } }", |found| {
        let Some(Responses::ByStatus(responses)) = &found.responses else { return false };
        responses.iter().map(|response| response.status.value).eq([404, 200])
    });
}

#[test]
fn documents_may_declare_schemas() {
    let api = "[api.shop]\nwhy = \"w\"\nopenapi = \"a.yaml\"\n[api.shop.endpoints]\n\"GET /x\" = { responses = \"Unknown\" }\n";
    assert_eq!(design(&format!("{api}[schema.Order]\nline = \"Other\"")).schemas.len(), 1);
}

#[test]
fn schemas_and_types_are_read() {
    let design = design(
        "[schema]\nStatus = [\"open\", \"paid\"]\n[schema.Order]\nstatus = \"Status?\"\nself = \"Order[]\"\n\
         [types]\n\"shop::Money\" = \"string\"\nCents = \"int\"",
    );
    assert_eq!(design.schemas[0].shape, Shape::Enum(vec!["open".to_owned(), "paid".to_owned()]));
    assert_eq!(design.schemas[1].name.value, "Order");
    assert_eq!(design.types[0].name.value.to_string(), "shop::Money");
    assert_eq!(design.types[1].shape, Shape::Primitive(Primitive::Int));
}

#[test]
fn rules_and_waivers_are_read() {
    let rest = "why = \"w\"\nowner = \"o\"\nexpires = 2027-01-31\n";
    let design = design(&format!(
        "[rules]\nmodule-cycle = \"deny\"\n\
         [[waiver]]\nrule = \"dependency-divergence\"\nfrom = \"crate::a::<X as Y<*const T>>::f\"\nto = \"::sqlx\"\n{rest}\
         [[waiver]]\nrule = \"unmapped-code\"\nfrom = \"src/x.rs\"\n{rest}\
         [[waiver]]\nrule = \"response-mismatch\"\nendpoint = \"GET /x\"\nat = \"/a\"\n{rest}\
         [[waiver]]\nrule = \"contract-break\"\nendpoint = \"Order\"\n{rest}"
    ));
    assert_eq!(design.severities[&RuleId("module-cycle")].value, Severity::Deny);
    assert_eq!(design.waivers.len(), 4);
    assert_eq!(design.waivers[0].expires.value, (2027, 1, 31));
    assert!(matches!(&design.waivers[1].subject, WaiverSubject::Dependency { to: None, .. }));
    assert!(matches!(&design.waivers[2].subject, WaiverSubject::Endpoint { pointer: Some(_), .. }));
}
