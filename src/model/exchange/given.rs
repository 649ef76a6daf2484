//! What a caller hands to a generic function → what the function's type parameters are.
//!
//! The code compiles: whatever says something of a type says the same, so that one piece of evidence is enough. `?` and `.await` are
//! not seen, and a value may be what is inside of its `Result` too; which of the two, the parameter tells.

use super::body::Computed;
use super::bound::{Bound, bound};
use super::{Exchanges, Function, last};
use crate::facts::{Expr, ExprKind, Fields, TypeExpr};
use crate::model::wire::{Bindings, Meaning};

/// How many `Result`s and `Option`s around each other are looked through.
const SHELLS: usize = 3;
/// How the path begins that stands for a type parameter; no path in code does.
const OPEN: &str = "<open>";

impl Exchanges<'_, '_> {
    /// The function of the repository that a call means, its type parameters filled in as far as the arguments tell them.
    pub(super) fn callee(
        &self,
        path: &str,
        arguments: &[Expr],
        of: Computed<'_>,
        depth: u32,
    ) -> Option<Function> {
        let mut function = self.function_at(path, of.function)?;
        let names = names(&function);
        if names.is_empty() || !self.spend() {
            return Some(function);
        }
        let bindings = open(&function.bindings, &names);
        let parameters = &function.declared.parameters;
        let skipped = parameters.len().saturating_sub(arguments.len());
        let mut solved = Bindings::new();
        for (parameter, argument) in parameters.iter().skip(skipped).zip(arguments) {
            let wanted = parameter.gives.as_ref().unwrap_or(&parameter.r#type);
            let pattern = self.wire.resolved(wanted, function.at, &bindings);
            if has_open(&pattern) {
                solve(&pattern, self.kinds(argument, of, depth + 1), &mut solved);
            }
        }
        for (name, meaning) in &mut function.bindings {
            if let Some((_, found)) = solved.iter().find(|(solved, _)| solved == name) {
                *meaning = found.clone();
            }
        }
        Some(function)
    }

    /// A struct of the repository, its type parameters filled in as far as its fields tell them.
    pub(super) fn made_of(
        &self,
        path: &str,
        fields: &[(Box<str>, Expr)],
        of: Computed<'_>,
        depth: u32,
    ) -> Meaning {
        let expr = TypeExpr::Path { path: path.into(), arguments: Vec::new() };
        let meaning = self.meaning(&expr, of.function);
        let Meaning::Own { module, item, arguments } = &meaning else { return meaning };
        let Some((file, index, at)) = self.wire.declaration_of(*module, *item) else { return meaning };
        let declared = &file.types[index];
        if arguments.iter().all(is_known) || !self.spend() {
            return meaning;
        }
        let (Fields::Named(known) | Fields::Tuple(known)) = &declared.fields else { return meaning };
        let names: Vec<Box<str>> = declared.generics.iter().map(|generic| generic.name.clone()).collect();
        let bindings = open(&Bindings::new(), &names);
        let mut solved = Bindings::new();
        for (name, value) in fields {
            let Some(field) = known.iter().find(|field| field.name == *name) else { continue };
            let pattern = self.wire.resolved(&field.r#type, at, &bindings);
            if has_open(&pattern) {
                solve(&pattern, self.kinds(value, of, depth + 1), &mut solved);
            }
        }
        let filled = |(index, known): (usize, &Meaning)| {
            let found = solved.iter().find(|(solved, _)| names.get(index) == Some(solved));
            found.map_or_else(|| known.clone(), |(_, found)| found.clone())
        };
        let arguments = arguments.iter().enumerate().map(filled).collect();
        Meaning::Own { module: *module, item: *item, arguments }
    }

    /// What the type of a value may be, nothing taken out of it; empty when nothing says it.
    pub(super) fn kinds(&self, value: &Expr, of: Computed<'_>, depth: u32) -> Vec<Meaning> {
        if depth > super::body::DEEP || !self.spend() {
            return Vec::new();
        }
        let inner = |value: &Expr| self.kinds(value, of, depth + 1);
        match &value.kind {
            ExprKind::Call { callee, arguments, .. } => {
                let ExprKind::Path(path) = &callee.kind else { return Vec::new() };
                match (&**path, arguments.as_slice()) {
                    ("Ok", [held]) => each_or_unknown(inner(held)).map(result).collect(),
                    ("Some", [held]) => each_or_unknown(inner(held)).map(option).collect(),
                    ("Err", _) => Vec::new(),
                    // A closure that was handed over.
                    _ if matches!(bound(of.function, path), Bound::Parameter) => {
                        self.variable(path, of).into_iter().collect()
                    }
                    _ => {
                        let function = self.callee(path, arguments, of, depth);
                        function.map(|function| self.gives(&function)).into_iter().collect()
                    }
                }
            }
            ExprKind::Method { receiver, name, arguments, .. } => {
                self.method_kinds((receiver, name, arguments), of, depth)
            }
            ExprKind::Path(path) => self.bound_kinds(path, of, depth),
            ExprKind::Literal(text) if matches!(&**text, "true" | "false") => {
                vec![Meaning::Foreign { path: "std::bool".into(), arguments: Vec::new() }]
            }
            ExprKind::Struct { path, fields } => vec![self.made_of(path, fields, of, depth)],
            ExprKind::Closure { value, .. } | ExprKind::Async(value) | ExprKind::Lent(value) => inner(value),
            ExprKind::Block { .. } | ExprKind::If { .. } | ExprKind::Match { .. } | ExprKind::Compiled(_) => {
                let all = super::body::tails(value).into_iter().map(inner);
                let mut all: Vec<Vec<Meaning>> = all.filter(|kinds| !kinds.is_empty()).collect();
                let sure = all.iter().position(|kinds| kinds.iter().all(is_known));
                sure.or(if all.is_empty() { None } else { Some(0) })
                    .map(|at| all.swap_remove(at))
                    .unwrap_or_default()
            }
            ExprKind::Text(_) | ExprKind::Field { .. } => {
                self.type_of(value, of, depth + 1).into_iter().collect()
            }
            ExprKind::Literal(_)
            | ExprKind::List(_)
            | ExprKind::Macro { .. }
            | ExprKind::Loop { .. }
            | ExprKind::Add(..)
            | ExprKind::Return(_)
            | ExprKind::Cut
            | ExprKind::Other(_) => Vec::new(),
        }
    }

    /// What a function of the repository gives.
    fn gives(&self, function: &Function) -> Meaning {
        match &function.declared.result {
            Some(result) => self.meaning(result, function),
            None => Meaning::Tuple(Vec::new()),
        }
    }

    fn method_kinds(
        &self,
        (receiver, name, arguments): (&Expr, &str, &[Expr]),
        of: Computed<'_>,
        depth: u32,
    ) -> Vec<Meaning> {
        let held = || self.kinds(receiver, of, depth + 1);
        let shells = || held().iter().flat_map(shells).collect::<Vec<_>>();
        match (name, arguments) {
            ("clone" | "to_owned" | "map_err" | "context" | "with_context" | "as_ref" | "or_else", _)
            | ("inspect" | "inspect_err" | "instrument" | "boxed" | "in_current_span", _) => held(),
            ("unwrap" | "expect" | "unwrap_or_default" | "unwrap_or" | "unwrap_or_else", _) => {
                held().iter().filter_map(payload).collect()
            }
            ("ok_or" | "ok_or_else", [_]) => held().iter().filter_map(payload).map(result).collect(),
            ("ok", []) => held().iter().filter_map(payload).map(option).collect(),
            ("transpose", []) => shells().iter().filter_map(transposed).collect(),
            ("map", [with]) => {
                let map = |shell: &Meaning| {
                    let made = self.applied(with, &payload(shell)?, of, depth)?;
                    Some(with_payload(shell, made))
                };
                shells().iter().filter_map(map).collect()
            }
            _ => {
                let Some(receiver) = self.type_of(receiver, of, depth + 1) else { return Vec::new() };
                let function = self.member(&receiver, name);
                function.map(|function| self.gives(&function)).into_iter().collect()
            }
        }
    }

    /// What a function or closure makes of a value that is handed to it.
    fn applied(&self, with: &Expr, held: &Meaning, of: Computed<'_>, depth: u32) -> Option<Meaning> {
        let only = |mut kinds: Vec<Meaning>| if kinds.len() == 1 { kinds.pop() } else { None };
        if let ExprKind::Closure { value, .. } = &with.kind {
            return only(self.kinds(value, of, depth + 1));
        }
        let ExprKind::Path(path) = &with.kind else { return None };
        Some(match &**path {
            "Some" => option(held.clone()),
            "Ok" => result(held.clone()),
            path => self.gives(&self.function_at(path, of.function)?),
        })
    }
}

/// The type parameters of a function.
fn names(function: &Function) -> Vec<Box<str>> {
    function.declared.generics.iter().map(|generic| generic.name.clone()).collect()
}

/// Bindings under which these names stand for themselves.
fn open(bindings: &Bindings, names: &[Box<str>]) -> Bindings {
    let others = bindings.iter().filter(|(name, _)| !names.contains(name)).cloned();
    let open = names.iter().map(|name| {
        let path = format!("{OPEN}{name}").into();
        (name.clone(), Meaning::Foreign { path, arguments: Vec::new() })
    });
    others.chain(open).collect()
}

fn open_name(meaning: &Meaning) -> Option<&str> {
    if let Meaning::Foreign { path, .. } = meaning { path.strip_prefix(OPEN) } else { None }
}

/// Whether something holds for a type or one of those that it is made of.
fn any(meaning: &Meaning, holds: &dyn Fn(&Meaning) -> bool) -> bool {
    holds(meaning)
        || match meaning {
            Meaning::Own { arguments, .. }
            | Meaning::Foreign { arguments, .. }
            | Meaning::Tuple(arguments) => arguments.iter().any(|part| any(part, holds)),
            Meaning::List(of) => any(of, holds),
            Meaning::Unknown(_) => false,
        }
}

fn has_open(meaning: &Meaning) -> bool {
    any(meaning, &|part| open_name(part).is_some())
}

fn is_known(meaning: &Meaning) -> bool {
    !any(meaning, &|part| matches!(part, Meaning::Unknown(_)))
}

/// Takes over what one of the kinds of a value tells of what is open in a pattern, where it is one thing.
fn solve(pattern: &Meaning, kinds: Vec<Meaning>, solved: &mut Bindings) {
    let candidates: Vec<Meaning> = match open_name(pattern) {
        // What is in a `Result` is taken out of it before it is handed on as it is; of an `Option` that is not so.
        Some(_) => kinds.iter().filter_map(bare).collect(),
        None => kinds.iter().flat_map(shells_and_core).collect(),
    };
    let mut solutions: Vec<Bindings> = Vec::new();
    for candidate in candidates {
        let mut found = Bindings::new();
        if fit(pattern, &candidate, &mut found) && !found.is_empty() && !solutions.contains(&found) {
            solutions.push(found);
        }
    }
    let [only] = solutions.as_slice() else { return };
    for (name, meaning) in only {
        match solved.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) if *known == *meaning || !is_known(meaning) => {}
            Some((_, known)) if !is_known(known) => *known = meaning.clone(),
            Some((_, known)) => *known = Meaning::Unknown("it is said in two ways".into()),
            None => solved.push((name.clone(), meaning.clone())),
        }
    }
}

/// Whether a type is one of a pattern; what is open in it is noted.
fn fit(pattern: &Meaning, meaning: &Meaning, found: &mut Bindings) -> bool {
    if let Some(name) = open_name(pattern) {
        if matches!(meaning, Meaning::Unknown(_)) {
            return true;
        }
        return match found.iter().find(|(known, _)| **known == *name) {
            Some((_, known)) => known == meaning,
            None => {
                found.push((name.into(), meaning.clone()));
                true
            }
        };
    }
    let mut all = |patterns: &[Meaning], meanings: &[Meaning]| {
        patterns.iter().zip(meanings).all(|(pattern, meaning)| fit(pattern, meaning, found))
    };
    match (pattern, meaning) {
        (Meaning::Unknown(_), _) | (_, Meaning::Unknown(_)) => true,
        (
            Meaning::Own { module, item, arguments },
            Meaning::Own { module: other, item: other_item, arguments: others },
        ) => (module, item) == (other, other_item) && all(arguments, others),
        (Meaning::Foreign { path, arguments }, Meaning::Foreign { path: other, arguments: others }) => {
            let is_same = path == other || (last(path), last(other)) == ("Result", "Result");
            is_same && all(arguments, others)
        }
        (Meaning::List(of), Meaning::List(other)) => {
            all(std::slice::from_ref(of), std::slice::from_ref(other))
        }
        (Meaning::Tuple(parts), Meaning::Tuple(others)) => parts.len() == others.len() && all(parts, others),
        _ => false,
    }
}

fn each_or_unknown(kinds: Vec<Meaning>) -> impl Iterator<Item = Meaning> {
    let unknown =
        if kinds.is_empty() { Some(Meaning::Unknown("its type is not written".into())) } else { None };
    kinds.into_iter().chain(unknown)
}

fn result(held: Meaning) -> Meaning {
    let error = Meaning::Unknown("its error is not written".into());
    Meaning::Foreign { path: "std::result::Result".into(), arguments: vec![held, error] }
}

pub(super) fn option(held: Meaning) -> Meaning {
    Meaning::Foreign { path: "std::option::Option".into(), arguments: vec![held] }
}

/// What is inside of a `Result` or an `Option`.
pub(super) fn payload(meaning: &Meaning) -> Option<Meaning> {
    let Meaning::Foreign { path, arguments } = meaning else { return None };
    arguments.first().filter(|_| matches!(last(path), "Result" | "Option")).cloned()
}

fn with_payload(shell: &Meaning, held: Meaning) -> Meaning {
    let Meaning::Foreign { path, arguments } = shell else { return held };
    let rest = arguments.iter().skip(1).cloned();
    Meaning::Foreign { path: path.clone(), arguments: std::iter::once(held).chain(rest).collect() }
}

fn transposed(meaning: &Meaning) -> Option<Meaning> {
    let inner = payload(meaning)?;
    Some(with_payload(&inner, with_payload(meaning, payload(&inner)?)))
}

/// A type and what is inside of it, as far as it is a `Result` or an `Option` around something.
pub(super) fn shells(meaning: &Meaning) -> Vec<Meaning> {
    let mut all = shells_and_core(meaning);
    all.retain(|shell| payload(shell).is_some());
    all
}

fn shells_and_core(meaning: &Meaning) -> Vec<Meaning> {
    std::iter::successors(Some(meaning.clone()), payload).take(SHELLS).collect()
}

/// A type without the `Result`s around it; `None` for an `Option`, of which nobody knows whether it was opened.
fn bare(meaning: &Meaning) -> Option<Meaning> {
    let Meaning::Foreign { path, arguments } = meaning else { return Some(meaning.clone()) };
    match (last(path), arguments.first()) {
        ("Option", _) => None,
        ("Result", Some(held)) => bare(held),
        _ => Some(meaning.clone()),
    }
}
