//! Texts that are no design: what is said of each, and where.

use super::*;

#[test]
fn files_say_their_version() {
    #[track_caller]
    fn check(texts: &[&str], expected: &[&str]) {
        assert_eq!(shown(texts), expected);
    }
    let none = "the file does not say which version of the spec language it is written in (begin it with `gate = 1`)";
    check(&[""], &[&format!(": {none}")]);
    check(&["\n[design]\nname = \"x\""], &[&format!("[design]: {none}")]);
    check(
        &["gate = 2\nwhatever = 1"],
        &["2: version 2 of the spec language is not known (this gate reads version 1: `gate = 1`)"],
    );
    check(
        &["gate = -1"],
        &["-1: version -1 of the spec language is not known (this gate reads version 1: `gate = 1`)"],
    );
    check(&["gate = \"1\""], &["\"1\": `gate` takes the integer 1 (write `gate = 1`)"]);
    check(&["gate = 1"], &[]);
}

#[test]
fn keys_are_those_of_the_language() {
    fails("[modul.x]", "modul", "there is no table `modul` at the top of a file (did you mean `module`?)");
    fails(
        "[zzz]",
        "zzz",
        "(known here are `gate`, `design`, `module`, `api`, `types`, `schema`, `rules`, `waiver`)",
    );
    fails("[design]\nlayer = []", "layer", "there is no key `layer` in `[design]` (did you mean `layers`?)");
    fails("[design]\ncode = []", "code", "`code` belongs to `[module.NAME]`");
    fails("layers = []", "layers", "`layers` belongs to `[design]`");
    module_fails("use = []", "use", "there is no key `use` in `[module.m]` (did you mean `uses`?)");
    module_fails("depends_on = []", "depends_on", "known here are `code`, `why`, `uses`");
    api_fails(
        "endpoint = {}",
        "endpoint",
        "there is no table `endpoint` in `[api.shop]` (did you mean `endpoints`?)",
    );
    endpoint_fails("{ response = \"none\" }", "response", "(did you mean `responses`?)");
    endpoint_fails(
        "{ auht = \"none\" }",
        "auht",
        "in `[api.shop.endpoints.\"GET /x\"]` (did you mean `auth`?)",
    );
    waiver_fails("rule = \"module-cycle\"\nfrom = \"a\"\nticket = 1", "ticket", "in `[[waiver]]`");
    fails("[module.\"a b\"]\ncode = [\"x\"]\nwhy = \"w\"", "\"a b\"", "`a b` can be no name: it holds ` `");
    fails("[module.\"a::b\"]\ncode = [\"x\"]\nwhy = \"w\"", "\"a::b\"", "can be no name");
    fails("[module.\"\"]\ncode = [\"x\"]\nwhy = \"w\"", "\"\"", "a name is empty");
}

#[test]
fn values_have_their_type() {
    fails("design = 1", "1", "`design` takes a table, not an integer");
    fails("[module]\nx = \"crate::x\"", "\"crate::x\"", "`x` takes a table, not a string");
    fails("[design]\nname = 1", "1", "`name` takes a string, not an integer (for example `name = \"shop\"`)");
    fails("[design]\nname = \" \"", "\" \"", "an empty text says nothing");
    fails(
        "[design]\ntests = \"x\"",
        "\"x\"",
        "`tests` takes an array of strings, not a string (write `[\"x\"]`)",
    );
    fails("[design]\ntests = [1]", "1", "`tests` holds strings, not an integer");
    fails("[design]\ntests = [\"a\", \"a\"]", "\"a\"", "`a` stands twice in `tests`");
    fails("[design]\nunmapped = \"note\"", "\"note\"", "`unmapped` is one of `deny`, `allow`, not `note`");
    fails("[design]\nunjudged = \"Note\"", "\"Note\"", "(did you mean `note`?)");
    fails("[design]\nunjudged = true", "true", "`unjudged` takes a word, not a boolean");
    fails(
        "[design]\njudge = [\"tests\"]",
        "\"tests\"",
        "`judge` is one of `production`, `test`, `bench`, `example`, `build`",
    );
    fails("[design]\njudge = \"test\"", "\"test\"", "`judge` takes an array of words");
    fails("[design]\nneeds = 0.3", "0.3", "`needs` takes a string, not a number with a fraction");
    fails(
        "[design]\nneeds = \"^0.3\"",
        "\"^0.3\"",
        "`^0.3` is no version (write `\"0.3\"` or `\"0.3.1\"`, for example)",
    );
    fails("[design]\nneeds = \"1.2.3.4\"", "\"1.2.3.4\"", "is no version");
    fails("[design]\nneeds = \"99999999999\"", "\"99999999999\"", "is no version");
    api_fails("exhaustive = \"no\"", "\"no\"", "`exhaustive` takes `true` or `false`, not a string");
    api_fails(
        "[api.shop.registers]\nname = \"x\"",
        "registers",
        "`registers` takes an array of tables, not a table (write `[[api.NAME.registers]]`)",
    );
    fails("[waiver]\nrule = \"x\"", "waiver", "(write `[[waiver]]`)");
    fails("waiver = [1]", "[1]", "`waiver` takes an array of tables");
    endpoint_fails("\"Order\"", "\"Order\"", "`GET /x` takes a table, not a string");
    endpoint_fails("{ planned = 1 }", "1", "`planned` takes `true` or `false`, not an integer");
}

#[test]
fn syntax_errors_have_their_place() {
    fails("[design]\nname = \"x", "x", "this is not TOML: invalid basic string, expected `\"`");
    fails(
        "[design]\nname = \"a\"\nname = \"b\"",
        "name",
        "`name` is declared twice (it stands on line 3 already)",
    );
    fails(
        "[module.api]\ncode = [\"x\"]\nwhy = \"w\"\n[module.api]\nuses = []",
        "api",
        "`api` is declared twice",
    );
    fails("[design]\nexpires = 2027-02-30", "2027-02-30", "this is not TOML: ");
}

#[test]
fn one_slip_is_one_error() {
    fails("[module.m]\ncode = [\"crate::m\",\nwhy = \"w\"\n[rules]\nx = 1", "[", "this `[` is not closed");
    fails(
        "[module.m]\ncode = [\"crate::m\"\nwhy = \"w\"\nuses = [\"x\"]\n\n[rules]\nx = 1",
        "[",
        "this `[` is not closed",
    );
    fails(
        "[module.m]\ncode = [\n  \"a/[b]\", # [\n  'c/[d]'\n\n[rules]\nx = 1",
        "[",
        "this `[` is not closed",
    );
    fails(
        "[api.x.endpoints]\n\"GET /x\" = { planned = true\n\"GET /y\" = {}\n",
        "{",
        "this `{` is not closed (or a comma",
    );
    fails("[module.m]\ncode = [\"a\" \"b\"]\nwhy = \"w\"", "\"", "this is not TOML: missing comma");
    fails("[module.m\ncode = [\"a\"]\nwhy = \"w\"", "m", "this is not TOML: ");
}

#[test]
fn every_line_that_is_no_toml_is_said() {
    let found = shown(&["gate = 1\n[design]\nname = shop inc\nwhy = none at all\n"]);
    assert_eq!(found.len(), 2, "{found:#?}");
}

#[test]
fn what_syntax_errors_bring_about_is_not_said() {
    let broken = "gate = 1\n[module.m\ncode = [\"crate::m\"]\nwhy = \"w\"\n";
    let found = shown(&[broken, "gate = 1\n[design]\nlayers = [\"m\"]\nunmapped = \"x\""]);
    assert!(found.iter().any(|error| error.contains("not TOML")), "{found:#?}");
    assert!(found.iter().any(|error| error.contains("`unmapped` is one of")), "{found:#?}");
    assert!(!found.iter().any(|error| error.contains("there is no module")), "{found:#?}");
}

#[test]
fn modules_say_code_and_reason() {
    fails(
        "[module.m]\nwhy = \"w\"",
        "m",
        "`[module.m]` has no `code` (the code that belongs to it: `code = [\"crate::store\"]`)",
    );
    fails("[module.m]\ncode = [\"crate::m\"]", "m", "`[module.m]` has no `why`");
    fails("[module.m]\ncode = []\nwhy = \"w\"", "[]", "module `m` has no code");
    fails("[module.m]\ncode = [\"crate::m\"]\nwhy = \"\"", "\"\"", "an empty text says nothing");
    fails(
        "[module.m]\ncode = [\"crate::api\"]\nwhy = \"w\"",
        "\"crate::api\"",
        "`crate::api` is the code of `api` too (it stands at specs/a.toml:3 already)",
    );
    fails(
        "[module.api]\ncode = [\"crate::x\"]\nwhy = \"w\"",
        "api",
        "module `api` is declared twice (it stands at specs/a.toml:2 already)",
    );
}

#[test]
fn patterns_are_well_formed() {
    fails("[module.m]\ncode = [\"src//x\"]\nwhy = \"w\"", "\"src//x\"", "`src//x` is no pattern for files");
    fails("[module.m]\ncode = [\"crate:m\"]\nwhy = \"w\"", "\"crate:m\"", "(did you mean `crate::m`?)");
    fails("[design]\nabsent = [\"crate::a b\"]", "\"crate::a b\"", "it has a blank");
    fails("[design]\ntests = [\"../x/**\"]", "\"../x/**\"", "leaves its folder");
    module_fails("owns = [\"src/x\"]", "\"src/x\"", "is no pattern for a symbol: it looks like a path");
    module_fails("owns = [\"\"]", "\"\"", "an empty pattern names nothing");
    module_fails(
        "public = [\"crate::store::r*\"]",
        "\"crate::store::r*\"",
        "behind the first `::` a `*` stands for a whole part",
    );
    module_fails("external = [\"serde::\"]", "\"serde::\"", "a part between the colons is empty");
    module_fails("uses = [\"*\"]", "\"*\"", "`*` is no name");
    module_fails("bans = [\"*\"]", "\"*\"", "`external = []` closes a module");
    module_fails(
        "uses = \"api\"",
        "\"api\"",
        "`uses` takes an array of strings, or `\"*\"`, not a string (write `[\"api\"]`)",
    );
    module_fails("uses = [\"std.fs\"]", "\"std.fs\"", "it looks like a path");
    api_fails("handlers = [\"src/**\"]", "\"src/**\"", "it looks like a path");
    api_fails("entry = [\"crate::[a]\"]", "\"crate::[a]\"", "`[` has no meaning in it");
}

#[test]
fn names_are_declared() {
    fails(
        "[design]\nlayers = [\"api\", \"stroe\"]",
        "\"stroe\"",
        "there is no module `stroe` (did you mean `store`?)",
    );
    fails(
        "[design]\nlayers = [\"api\", [\"store\", \"api\"]]",
        "\"api\"",
        "module `api` stands in two layers (it stands at specs/b.toml:3 already)",
    );
    fails("[design]\nlayers = [\"api\", []]", "[]", "a layer without modules says nothing");
    fails("[design]\nlayers = [[[\"api\"]]]", "[\"api\"]", "a layer is the name of a module, not an array");
    fails("[design]\nlayers = \"api\"", "\"api\"", "`layers` takes an array of names");
    module_fails("reexports = [\"sotre\"]", "\"sotre\"", "(did you mean `store`?)");
    module_fails("reexports = [\"crate::x\"]", "\"crate::x\"", "there is no module `crate::x`");
    module_fails("reexports = [\"m\"]", "\"m\"", "is its own already");
    fails(
        "[rules]\nmodul-cycle = \"deny\"",
        "modul-cycle",
        "there is no rule `modul-cycle` (did you mean `module-cycle`?)",
    );
    fails("[rules]\nmodule-cycle = \"warn\"", "\"warn\"", "a severity is one of `deny`, `note`, not `warn`");
    fails("[rules]\nmodule-cycle = false", "false", "`module-cycle` takes a word");
    api_fails("auth = \"user\"", "\"user\"", "there is no guard `user` (guards are declared by");
    api_fails("auth = \"none \"", "\"none \"", "there is no guard `none ` (did you mean `none`?)");
    api_fails(
        "auth = \"usr\"\n[api.shop.guards]\nuser = { extractors = [\"U\"] }",
        "\"usr\"",
        "(did you mean `user`?)",
    );
    endpoint_fails("{ auth = \"admin\" }", "\"admin\"", "there is no guard `admin`");
}

#[test]
fn what_stands_once_stands_in_one_file() {
    #[track_caller]
    fn check(text: &str, underlined: &str, message: &str) {
        let text = format!("gate = 1\n{text}");
        let found = shown(&[&text, &text]);
        assert_eq!(found, [format!("{underlined}: {message} already)")]);
    }
    check("[design]", "design", "`[design]` is declared twice (it stands at specs/a.toml:2");
    check(
        "[module.m]\ncode = [\"x\"]\nwhy = \"w\"",
        "m",
        "module `m` is declared twice (it stands at specs/a.toml:2",
    );
    check("[api.a]\nwhy = \"w\"", "a", "API `a` is declared twice (it stands at specs/a.toml:2");
    check("[schema.S]\nid = \"int\"", "S", "schema `S` is declared twice (it stands at specs/a.toml:2");
    check("[types]\nM = \"int\"", "M", "type `M` is declared twice (it stands at specs/a.toml:3");
    check(
        "[rules]\nmodule-cycle = \"deny\"",
        "module-cycle",
        "rule `module-cycle` has two severities (it stands at specs/a.toml:3",
    );
}

#[test]
fn apis_are_well_formed() {
    fails("[api.shop]", "shop", "`[api.shop]` has no `why`");
    api_fails("base = \"api\"", "\"api\"", "it does not begin with `/` (write `/api`)");
    api_fails("base = \"/api/:v\"", "\"/api/:v\"", "(write `{v}`)");
    api_fails("base = \"/{*rest}\"", "\"/{*rest}\"", "a base cannot hold the rest of a path");
    api_fails(
        "base = \"/v1\"\nexcept = [\"/ready\"]",
        "\"/ready\"",
        "does not lie below the base `/v1` (a full path is meant: `/v1/ready`)",
    );
    api_fails("except = [\"GET /ready\"]", "\"GET /ready\"", "(write `/ready`)");
    api_fails("openapi = \"https://x/y.yaml\"", "\"https://x/y.yaml\"", "nothing is fetched");
    api_fails("openapi = \"../y.yaml\"", "\"../y.yaml\"", "a part of it is empty, `.` or `..`");
    api_fails("openapi = \"/y.yaml\"", "\"/y.yaml\"", "it is absolute");
    api_fails("openapi = \"docs/*.yaml\"", "\"docs/*.yaml\"", "without wildcards");
    api_fails("[api.shop.guards]\nnone = { layers = [\"x\"] }", "none", "`none` is the word for no guard");
    api_fails("[api.shop.guards]\nuser = {}", "user", "guard `user` names nothing that proves it");
    api_fails(
        "[api.shop.guards]\nuser = { extractors = [\"Claims<Admin>\"] }",
        "\"Claims<Admin>\"",
        "generic arguments",
    );
    api_fails(
        "[api.shop.guards]\nuser = { layer = [\"x\"], extractors = [\"U\"] }",
        "layer",
        "(did you mean `layers`?)",
    );
    api_fails("[api.shop.values]\nX = 1", "1", "`X` takes a string");
    api_fails(
        "[api.shop.wrappers]\nrequest = { V = \"jsn\" }",
        "\"jsn\"",
        "`jsn` is no media type (did you mean `json`?)",
    );
    api_fails("[api.shop.wrappers]\nbody = { V = \"json\" }", "body", "known here are `request`, `response`");
    api_fails(
        "[[api.shop.registers]]\nname = \"x\"\nmethod = \"GET\"",
        "[[api.shop.registers]]",
        "`[[api.shop.registers]]` has no `path`",
    );
    api_fails(
        "[[api.shop.registers]]\nname = \"x\"\nmethod = \"FETCH\"\npath = 0",
        "\"FETCH\"",
        "`FETCH` is no method",
    );
    api_fails(
        "[[api.shop.registers]]\nname = \"x\"\nmethod = -1\npath = 0",
        "-1",
        "`method` takes a method, or the position of an argument, from 0, not a negative number",
    );
    api_fails(
        "[[api.shop.registers]]\nname = \"x\"\nmethod = 0\npath = \"/x\"",
        "\"/x\"",
        "`path` takes the position of an argument, from 0, not a string",
    );
    fails("[api.a]\nwhy = \"w\"\n[api.b]\nwhy = \"w\"", "b", "API `b` claims the same endpoints as `a`");
}

#[test]
fn endpoints_are_well_formed() {
    #[track_caller]
    fn check(keys: &str, underlined: &str, message: &str) {
        api_fails(&format!("[api.shop.endpoints]\n{keys}"), underlined, message);
    }
    check("\"GTE /x\" = {}", "\"GTE /x\"", "`GTE` is no method (did you mean `GET`?)");
    check("\"/x\" = {}", "\"/x\"", "the method is missing (write `GET /x`, for example)");
    check("\"GET x\" = {}", "\"GET x\"", "(write `/x`)");
    check("\"GET /x/:id\" = {}", "\"GET /x/:id\"", "a parameter stands in braces (write `{id}`)");
    check(
        "\"GET /x/{a}\" = {}\n\"GET  /x/{b}/\" = {}",
        "\"GET  /x/{b}/\"",
        "`GET /x/{b}/` is declared twice (it stands at specs/b.toml:5 already)",
    );
    endpoint_fails("{ handler = \"src/x.rs\" }", "\"src/x.rs\"", "it looks like a path");
    endpoint_fails("{ query = \"page\" }", "\"page\"", "`query` takes a table of parameters");
    endpoint_fails("{ query = { page = \"integer\" } }", "\"integer\"", "(did you mean `int`?)");
    endpoint_fails("{ query = { page = 1 } }", "1", "`page` takes a type, not an integer");
    endpoint_fails("{ query = { \"page?\" = \"int\" } }", "\"page?\"", "(write `page = \"int?\"`)");
    endpoint_fails("{ request = 1 }", "1", "a body is a type, or a table of fields, not an integer");
    endpoint_fails("{ request = \"frm Login\" }", "\"frm Login\"", "(did you mean `form`?)");
    endpoint_fails(
        "{ request = { order = \"NewOrder\" } }",
        "\"NewOrder\"",
        "there is no schema `NewOrder` (declare it: `[schema.NewOrder]`)",
    );
    endpoint_fails(
        "{ responses = \"strin\" }",
        "\"strin\"",
        "there is no schema `strin` (did you mean `string`?)",
    );
    endpoint_fails(
        "{ responses = { token = \"string\" } }",
        "token",
        "`token` is no status (`responses` is a body, or a table",
    );
    endpoint_fails("{ responses = { 99 = \"none\" } }", "99", "`99` is no status");
    endpoint_fails("{ responses = { 0200 = \"none\" } }", "0200", "`0200` is no status");
    endpoint_fails("{ responses = { 600 = \"none\" } }", "600", "`600` is no status");
    endpoint_fails("{ responses = { 200 = 1 } }", "1", "a body is a type");
    endpoint_fails("{ responses = \"string?\" }", "\"string?\"", "`?` has no meaning here");
    endpoint_fails("{ responses = { 200 = [\"a\"] } }", "[\"a\"]", "a body is a type");
}

#[test]
fn schemas_are_well_formed() {
    fails("[schema.Order]\nid = \"uid\"", "\"uid\"", "there is no schema `uid` (did you mean `uuid`?)");
    fails(
        "[schema.Order]\nlines = \"Lin[]\"\n[schema.Line]\nid = \"int\"",
        "\"Lin[]\"",
        "there is no schema `Lin` (did you mean `Line`?)",
    );
    fails("[schema.Order]\nstatus = []", "[]", "an enum without values allows nothing");
    fails("[schema.Order]\nstatus = [\"a\", \"a\"]", "\"a\"", "`a` stands twice in the enum");
    fails("[schema.Order]\nstatus = [1]", "1", "an enum is of strings, and this is an integer");
    fails("[schema.Order]\nid = \"string|int\"", "\"string|int\"", "only `null` can stand beside a type");
    fails("[schema.Order]\nid = true", "true", "`id` takes a type, not a boolean");
    fails(
        "[schema]\nOrder = \"string\"",
        "\"string\"",
        "a schema is a table of fields, or an array of strings",
    );
    fails("[schema.string]\nid = \"int\"", "string", "is a word of the language");
    fails("[schema.\"A B\"]\nid = \"int\"", "\"A B\"", "can be no schema");
    fails("[types]\nMoney = \"string?\"", "\"string?\"", "`?` has no meaning here");
    fails("[types]\nMoney = \"Cash\"", "Money", "there is no schema `Cash`");
    fails("[types]\nMoney = 1", "1", "`Money` takes a string");
    fails("[types]\n\"a/b\" = \"int\"", "\"a/b\"", "it looks like a path");
}

#[test]
fn waivers_say_why_who_and_until_when() {
    fails(
        "[[waiver]]\nrule = \"module-cycle\"\nfrom = \"a\"\nowner = \"o\"\nexpires = 2027-01-31",
        "[[waiver]]",
        "`[[waiver]]` has no `why`",
    );
    fails(
        "[[waiver]]\nrule = \"module-cycle\"\nfrom = \"a\"\nwhy = \"w\"\nexpires = 2027-01-31",
        "[[waiver]]",
        "has no `owner`",
    );
    fails(
        "[[waiver]]\nrule = \"module-cycle\"\nfrom = \"a\"\nwhy = \"w\"\nowner = \"o\"",
        "[[waiver]]",
        "has no `expires` (the last day on which it holds: `expires = 2027-01-31`)",
    );
    fails(
        "[[waiver]]\nrule = \"module-cycle\"\nfrom = \"a\"\nwhy = \"w\"\nowner = \"o\"\nexpires = \"2027-03-01\"",
        "\"2027-03-01\"",
        "a date stands without quotes (write `2027-03-01`)",
    );
    fails(
        "[[waiver]]\nrule = \"module-cycle\"\nfrom = \"a\"\nwhy = \"w\"\nowner = \"o\"\nexpires = 2027-03-01T00:00:00Z",
        "2027-03-01T00:00:00Z",
        "a date without a time",
    );
    fails(
        "[[waiver]]\nrule = \"module-cycle\"\nfrom = \"a\"\nwhy = \"w\"\nowner = \"o\"\nexpires = 12:00:00",
        "12:00:00",
        "`expires` takes a date, not a date or time",
    );
}

#[test]
fn waivers_excuse_one_thing() {
    waiver_fails("from = \"a\"", "[[waiver]]", "`[[waiver]]` has no `rule`");
    waiver_fails("rule = \"cycle\"\nfrom = \"a\"", "\"cycle\"", "there is no rule `cycle`");
    waiver_fails(
        "rule = \"waiver-expired\"\nfrom = \"a\"",
        "\"waiver-expired\"",
        "`waiver-expired` cannot be waived",
    );
    waiver_fails(
        "rule = \"spec-loosened\"\nfrom = \"a\"",
        "\"spec-loosened\"",
        "`spec-loosened` cannot be waived",
    );
    waiver_fails(
        "rule = \"dependency-divergence\"",
        "[[waiver]]",
        "a waiver of `dependency-divergence` does not say what it excuses (it names `from` and `to`)",
    );
    waiver_fails("rule = \"endpoint-divergence\"", "[[waiver]]", "(it names `endpoint`");
    waiver_fails(
        "rule = \"module-cycle\"\nfrom = \"a\"\nendpoint = \"GET /x\"",
        "\"GET /x\"",
        "a waiver of `module-cycle` has no `endpoint`",
    );
    waiver_fails("rule = \"endpoint-divergence\"\nendpoint = \"GET /x\"\nto = \"a\"", "\"a\"", "has no `to`");
    waiver_fails(
        "rule = \"endpoint-divergence\"\nendpoint = \"GETT /x\"",
        "\"GETT /x\"",
        "(did you mean `GET`?)",
    );
    waiver_fails("rule = \"endpoint-divergence\"\nendpoint = \"Order\"", "\"Order\"", "the path is missing");
    waiver_fails(
        "rule = \"dependency-divergence\"\nfrom = \"crate::api::*\"\nto = \"b\"",
        "\"crate::api::*\"",
        "has a wildcard",
    );
    waiver_fails("rule = \"unmapped-code\"\nfrom = \"src/x.rs:12\"", "\"src/x.rs:12\"", "has a line number");
    waiver_fails(
        "rule = \"unmapped-code\"\nfrom = \"a\"\n[[waiver]]\nrule = \"unmapped-code\"\nfrom = \"a\"\nwhy = \"w\"\nowner = \"o\"\nexpires = 2027-01-31",
        "[[waiver]]",
        "the same finding is waived twice (it stands at specs/b.toml:2 already)",
    );
}
