//! Registrations in the words of a team's own: functions, methods, macros and attributes that a design names → routes.
//!
//! What they do inside is not followed: the design says where the method, the path and the handler stand.

use super::evaluate::Evaluator;
use super::frame::Frame;
use super::handlers;
use super::mount::Answered;
use super::register::{Routes, spelled};
use super::text::list;
use super::value::{Handler, ObjectId, Value};
use super::{ItemRef, Location, RegisteredMethod, Registers};
use crate::basis::{Method, Site};
use crate::facts::frameworks::{self, FRAMEWORKS, Framework, Kind, PathText, Verbs};
use crate::facts::{Expr, ItemKind};

impl<'a> Evaluator<'a> {
    /// What a design says of a function, method or macro as it is called.
    pub(super) fn registers_by(&self, called: &str) -> Option<&'a Registers> {
        self.own.iter().find(|own| own.is_called(called))
    }

    /// Registers what a call registers by the words of a design: on the router it is called on or handed, else by itself.
    pub(super) fn register_own(
        &mut self,
        own: &'a Registers,
        receiver: Option<ObjectId>,
        call: (&[Value<'a>], &'a [Expr], Site),
        frame: &Frame<'a>,
    ) -> Value<'a> {
        let (arguments, written, site) = call;
        let handed = receiver.or_else(|| arguments.iter().flat_map(Value::routers).next());
        let id = handed.unwrap_or_else(|| self.make_left(self.framework_at(frame.at.file)));
        let verbs = match own.method {
            RegisteredMethod::Fixed(method) => frameworks::only(method),
            RegisteredMethod::Argument(at) => Verbs::Argument(at),
        };
        if arguments.get(own.path).is_none() {
            self.unjudge(site, format!("{}({})", own.name, list(written)), frame);
        }
        self.register(id, (verbs, own.path, own.handler), (arguments, site), frame);
        if handed.is_some() { Value::Router(id) } else { Value::Nothing }
    }

    fn make_left(&mut self, framework: &'static Framework) -> ObjectId {
        let id = self.make(framework, Kind::Router, Vec::new());
        self.objects[id.0 as usize].left = true;
        id
    }

    /// The framework that code of a file most likely means: the first that its package depends on.
    fn framework_at(&self, file: u32) -> &'static Framework {
        let used = FRAMEWORKS.iter().find(|framework| self.names.depends_on(file, framework.crates));
        used.unwrap_or(&FRAMEWORKS[0])
    }

    /// The routes that attributes of a team's own name for a function.
    pub(super) fn own_routes(&self, of: ItemRef) -> Routes {
        let mut routes = Vec::new();
        for attribute in &self.names.item(of).attributes {
            let Some(own) = self.own.iter().find(|own| own.is_called(&attribute.path)) else { continue };
            let arguments = frameworks::attribute_arguments(&attribute.arguments);
            let Some(path) = arguments.get(own.path) else { continue };
            let method = match own.method {
                RegisteredMethod::Fixed(method) => method,
                RegisteredMethod::Argument(at) => {
                    let written = arguments.get(at).map_or("", |argument| argument.trim_matches('"'));
                    Method::parse(written.rsplit("::").next().unwrap_or_default()).unwrap_or(Method::Any)
                }
            };
            routes.push((vec![method], handlers::template(self.names, of, &PathText::read(path))));
        }
        routes
    }

    /// Registers the functions under attributes of a team's own that nobody mounts: those among `entries`, or all where there
    /// are none.
    pub(super) fn serve_own_attributes(&mut self, entries: &[ItemRef]) {
        if self.own.is_empty() {
            return;
        }
        let asked = |of: &ItemRef| entries.is_empty() || entries.contains(of);
        for of in self.names.attributed(ItemKind::Function).into_iter().filter(asked) {
            let routes = if self.mounted_handlers.contains(&of) { Vec::new() } else { self.own_routes(of) };
            if routes.is_empty() {
                continue;
            }
            self.owner = of;
            let framework = self.framework_at(of.file);
            let id = self.make_left(framework);
            let item = self.names.item(of);
            let frame = Frame::new(Location { file: of.file, scope: item.scope, item: of.item }, of);
            for (methods, path) in routes {
                let answered = Answered {
                    methods,
                    handler: Handler::Function(of),
                    site: item.name_site,
                    layers: Vec::new(),
                };
                self.add(id, answered, spelled(framework, path), &frame);
            }
        }
    }
}

impl Registers {
    /// Whether a path as written, or a bare name, is what the design names.
    fn is_called(&self, written: &str) -> bool {
        let segments = |path: &str| -> Vec<String> {
            path.split("::").filter(|part| *part != "crate").map(str::to_owned).collect()
        };
        let (own, written) = (segments(&self.name), segments(written));
        let shared = own.len().min(written.len());
        shared > 0 && own[own.len() - shared..] == written[written.len() - shared..]
    }
}

#[cfg(test)]
mod tests {
    use super::super::{RegisteredMethod, Registers};
    use crate::basis::Method;

    #[test]
    fn names_fit_by_their_last_segments() {
        #[track_caller]
        fn check(name: &str, written: &str, expected: bool) {
            let method = RegisteredMethod::Fixed(Method::Get);
            let own = Registers { name: name.to_owned(), method, path: 0, handler: None };
            assert_eq!(own.is_called(written), expected, "{name} {written}");
        }
        check("crud_route", "crud_route", true);
        check("crud_route", "routing::crud_route", true);
        check("crate::routing::crud_route", "crud_route", true);
        check("crate::routing::crud_route", "routing::crud_route", true);
        check("crate::routing::crud_route", "other::crud_route", false);
        check("crud_route", "route", false);
    }
}
