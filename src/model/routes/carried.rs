//! Types and traits whose functions carry routes in attributes → routes.
//!
//! What a type serves counts once a value of it is handed to a framework; what a trait serves is listed where the trait stands,
//! whoever implements it.

use super::evaluate::Evaluator;
use super::frame::Frame;
use super::handlers;
use super::mount::{Answered, Step, add_layers};
use super::register::spelled;
use super::text::list;
use super::value::{Fields, Handler, Hole, Laid, ObjectId, Value};
use super::{Found, ItemRef, Location};
use crate::facts::frameworks::{self, Framework, Kind, Verbs};
use crate::facts::{Expr, ItemKind};

impl<'a> Evaluator<'a> {
    /// Registers what the types of a value, or of the values of a tuple, serve.
    pub(super) fn mount_types(&mut self, id: ObjectId, what: (&Value<'a>, &'a Expr), frame: &Frame<'a>) {
        let (value, written) = what;
        let framework = self.objects[id.0 as usize].framework;
        for (when, value) in value.flattened() {
            if matches!(value, Value::Nothing) {
                continue;
            }
            let of = self.type_of(&value, frame.at).or_else(|| self.type_of_parameter(&value, frame));
            let functions = of.map_or_else(Vec::new, |of| self.names.members(of));
            let found = self.with(when, |this| this.mount_functions(id, framework, &functions));
            if !found {
                let text = value.unknown().map(|hole| hole.written.to_string());
                let text = text.unwrap_or_else(|| list(std::slice::from_ref(written)));
                self.unjudge(written.site, text, frame);
            }
        }
    }

    /// Registers the functions that carry routes; whether there is one.
    fn mount_functions(
        &mut self,
        id: ObjectId,
        framework: &'static Framework,
        functions: &[ItemRef],
    ) -> bool {
        let mut found = false;
        for of in functions {
            let item = self.names.item(*of);
            let at = Location { file: of.file, scope: item.scope, item: of.item };
            let frame = Frame::new(at, *of);
            let (conditions, site) = (self.conditions.len(), item.name_site);
            let is_test = self.push_cfg(of.file, item.cfg, None);
            let layers = self.laid_by_attributes(*of);
            for (methods, path) in handlers::routes_of(self.names, *of, framework) {
                let handler = Handler::Function(*of);
                let answered = Answered { methods, handler, site, layers: layers.clone() };
                self.add(id, answered, spelled(framework, path), &frame);
                found = true;
            }
            self.conditions.truncate(conditions);
            self.test -= u32::from(is_test);
        }
        found
    }

    /// What the attributes of a function lay over its route.
    pub(super) fn laid_by_attributes(&self, of: ItemRef) -> Vec<Laid> {
        let item = self.names.item(of);
        let at = Location { file: of.file, scope: item.scope, item: of.item };
        let mut layers = Vec::new();
        for path in item.attributes.iter().flat_map(|attribute| frameworks::laid(&attribute.arguments)) {
            add_layers(&mut layers, &self.meant(&path, at));
        }
        layers
    }

    /// Registers a handler at the path that stands over the type of one of its parameters.
    pub(super) fn register_typed(&mut self, step: Step<'_, 'a>, what: (Verbs, usize)) {
        let framework = self.objects[step.id.0 as usize].framework;
        let (verbs, at) = what;
        let value = step.call.arguments.get(at).cloned().unwrap_or(Value::Nothing);
        let path = self.parameter_types(&value).into_iter().find_map(|of| {
            let routes = handlers::routes_of(self.names, of, framework);
            routes.into_iter().next().map(|(_, path)| path)
        });
        let Some(path) = path else {
            return self.unjudge(
                step.call.name_site,
                format!(".{}({})", step.call.name, list(step.call.written)),
                step.frame,
            );
        };
        let place = (step.frame.at.file, step.call.name_site);
        for answer in self.answers((verbs, Some(at)), step.call.arguments, place) {
            let handler = answer.handler.unwrap_or(Handler::Anonymous);
            let answered =
                Answered { methods: answer.methods, handler, site: place.1, layers: answer.layers };
            self.add(step.id, answered, spelled(framework, path.clone()), step.frame);
        }
    }

    /// What a closure that answers takes for certain, by the types of its parameters: it proves what a layer of that type would.
    pub(super) fn taken_by(&self, handler: Option<&Value<'a>>) -> Vec<Laid> {
        let Some(Value::Closure(closure)) = handler else { return Vec::new() };
        let mut taken = Vec::new();
        // Of several in parentheses all are taken.
        let types = closure.parameters.iter().flat_map(|parameter| {
            let inside = parameter.r#type.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
            inside.map_or(vec![&*parameter.r#type], |inside| inside.split(',').map(str::trim).collect())
        });
        for mut written in types {
            loop {
                let (path, inner) = written.split_once('<').unwrap_or((written, ""));
                let name = path.rsplit("::").next().unwrap_or(path).trim();
                // What may be absent proves nothing; what a layer put into the request proves that the layer was there.
                if name.is_empty() || matches!(name, "Option" | "Result") {
                    break;
                }
                add_layers(&mut taken, &self.meant(path.trim(), closure.at));
                if !matches!(name, "Extension" | "ReqData") {
                    break;
                }
                written = inner.trim_end_matches('>');
            }
        }
        taken
    }

    /// The types of the repository that the parameters of a function or closure have.
    fn parameter_types(&self, value: &Value<'a>) -> Vec<ItemRef> {
        let (at, types) = if let Value::Function(of) = value {
            let at = Location { file: of.file, scope: self.names.item(*of).scope, item: of.item };
            (at, self.names.types_in(*of))
        } else if let Value::Closure(closure) = value {
            let types = closure.parameters.iter().map(|parameter| parameter.r#type.clone());
            (closure.at, types.collect())
        } else {
            return Vec::new();
        };
        types.iter().filter_map(|path| self.type_named(at, path.split('<').next().unwrap_or(path))).collect()
    }

    fn type_named(&self, at: Location, path: &str) -> Option<ItemRef> {
        self.names.resolve(at, path).iter().find_map(|found| match found {
            Found::Type(of) => Some(*of),
            Found::Function(_)
            | Found::Constant(_)
            | Found::Module(_)
            | Found::Macro { .. }
            | Found::External(_)
            | Found::Unknown => None,
        })
    }

    /// The enum that a value is a variant of, as written, and the variant.
    pub(super) fn variant<'v>(&self, fields: &'v Fields<'a>) -> Option<(&'v str, &'v str)> {
        let of = self.type_named(fields.at, &fields.path)?;
        let is_variant = self.names.item(of).kind == ItemKind::Variant;
        fields.path.rsplit_once("::").filter(|_| is_variant)
    }

    /// The type of the repository that a value has; of a call that is not known, the type whose function it is.
    pub(super) fn type_of(&self, value: &Value<'a>, at: Location) -> Option<ItemRef> {
        if let Value::Struct(fields) = value {
            return self.type_named(fields.at, &fields.path);
        }
        let Value::Unknown(Hole { written, .. }) = value else { return None };
        let called = written.split('(').next().filter(|called| called.len() < written.len())?;
        self.type_named(at, called.rsplit_once("::")?.0)
    }

    /// The type of the repository that the declaration of a parameter says a value has.
    pub(super) fn type_of_parameter(&self, value: &Value<'a>, frame: &Frame<'a>) -> Option<ItemRef> {
        let name = &value.unknown()?.written;
        let parameters = &self.names.body(frame.function)?.parameters;
        let written = &parameters.iter().find(|parameter| *parameter.name == **name)?.r#type;
        self.type_named(frame.at, written.trim_start_matches('&').split('<').next()?.trim())
    }

    /// Registers what the traits serve that say so: those among `entries`, or all where there are none.
    pub(super) fn serve_traits(&mut self, entries: &[ItemRef]) {
        let asked = |of: &ItemRef| entries.is_empty() || entries.contains(of);
        for of in self.names.attributed(ItemKind::Trait).into_iter().filter(asked) {
            let Some(framework) = handlers::serves(self.names, of) else { continue };
            self.owner = of;
            let id = self.make(framework, Kind::Router, Vec::new());
            self.objects[id.0 as usize].left = true;
            self.mount_functions(id, framework, &self.names.members(of));
        }
    }
}
