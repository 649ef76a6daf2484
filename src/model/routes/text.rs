//! Text values: what is known of strings, and how what is not known is called.

use std::rc::Rc;

use super::chain::MethodCall;
use super::evaluate::Evaluator;
use super::frame::{Frame, place};
use super::value::{HOLE, Hole, MORE, Template, Value};
use crate::facts::{Expr, ExprKind, Statement};

/// The longest text that a hole is written with, in bytes.
const LONGEST: usize = 120;
/// Methods that change a text into what is not known.
const CHANGING: [&str; 9] =
    ["insert", "insert_str", "truncate", "clear", "pop", "remove", "replace_range", "drain", "retain"];
/// The longest text that is followed, in bytes.
const LONGEST_TEXT: usize = 8 * 1024;
/// How many elements of a list are copied at the cost of one expression.
const SHALLOW: usize = 16;

/// A hole for the name or path `written`.
pub(super) fn hole(written: &str) -> Hole {
    let last = written.rsplit("::").next().unwrap_or(written);
    Hole { name: name(last), written: shorten(written).into(), origin: None }
}

/// The path that an expression is, if it is one.
pub(super) fn path_of(expr: &Expr) -> Option<&str> {
    if let ExprKind::Lent(place) = &expr.kind {
        return path_of(place);
    }
    if let ExprKind::Path(path) = &expr.kind { Some(path) } else { None }
}

/// A hole for what calling `callee` gives.
pub(super) fn hole_of_call(callee: &Expr, arguments: &[Expr]) -> Hole {
    path_of(callee).map_or_else(|| hole("value"), |path| called(path, arguments))
}

/// A hole for an expression.
pub(super) fn hole_of(expr: &Expr) -> Hole {
    let (mut base, mut links) = (expr, Vec::new());
    loop {
        if let ExprKind::Field { receiver, name } = &base.kind {
            links.push((&**name, None));
            base = receiver;
        } else if let ExprKind::Method { receiver, name, arguments, .. } = &base.kind {
            links.push((&**name, Some(&**arguments)));
            base = receiver;
        } else if let ExprKind::Lent(place) = &base.kind {
            base = place;
        } else {
            break;
        }
    }
    let mut found = if let ExprKind::Path(path) = &base.kind {
        hole(path)
    } else if let ExprKind::Macro { path, .. } = &base.kind {
        Hole { name: name(path), written: format!("{path}!(…)").into(), origin: None }
    } else if let ExprKind::Call { callee, arguments, .. } = &base.kind {
        hole_of_call(callee, arguments)
    } else {
        hole("value")
    };
    for (name, arguments) in links.into_iter().rev() {
        found = match arguments {
            None => field(&found, name),
            Some(arguments) => method(&found, name, arguments),
        };
    }
    found
}

/// The hole for a call.
pub(super) fn called(path: &str, arguments: &[Expr]) -> Hole {
    let written = shorten(&format!("{path}({})", list(arguments))).into();
    Hole { name: hole(path).name, written, origin: None }
}

/// The hole for a field.
pub(super) fn field(of: &Hole, field: &str) -> Hole {
    let is_name = field.starts_with(|char: char| !char.is_ascii_digit());
    let name = if is_name { name(field) } else { of.name.clone() };
    let written = shorten(&format!("{}.{field}", of.written)).into();
    Hole { name, written, origin: None }.field_of(of.origin.clone(), field)
}

/// The hole for the result of a method.
pub(super) fn method(of: &Hole, method: &str, arguments: &[Expr]) -> Hole {
    let name = if is_conversion(method) { of.name.clone() } else { name(method) };
    let written = shorten(&format!("{}.{method}({})", of.written, list(arguments))).into();
    Hole { name, written, origin: None }.given_by(of.origin.clone(), method)
}

fn name(text: &str) -> Rc<str> {
    let name: String = text.chars().filter(|char| char.is_alphanumeric() || *char == '_').take(40).collect();
    if name.is_empty() { "value".into() } else { name.into() }
}

fn shorten(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Arguments as written, as far as that is short.
pub(super) fn list(arguments: &[Expr]) -> String {
    let written: Vec<_> = arguments.iter().take(4).map(short).collect();
    written.join(", ")
}

fn short(expr: &Expr) -> String {
    if let ExprKind::Lent(place) = &expr.kind {
        return short(place);
    }
    let shown = match &expr.kind {
        ExprKind::Text(text) => Some(format!("{:?}", shorten(text))),
        ExprKind::Literal(text) | ExprKind::Path(text) => Some(shorten(text).to_owned()),
        ExprKind::Field { receiver, name } => path_of(receiver).map(|path| format!("{path}.{name}")),
        ExprKind::Call { callee, .. } => path_of(callee).map(|path| format!("{path}(…)")),
        ExprKind::Macro { path, .. } => Some(format!("{path}!(…)")),
        ExprKind::Closure { .. } => Some("|…| …".to_owned()),
        ExprKind::Method { .. }
        | ExprKind::Async(_)
        | ExprKind::Block { .. }
        | ExprKind::If { .. }
        | ExprKind::Match { .. }
        | ExprKind::Loop { .. }
        | ExprKind::List(_)
        | ExprKind::Struct { .. }
        | ExprKind::Add(..)
        | ExprKind::Return(_)
        | ExprKind::Compiled(_)
        | ExprKind::Lent(_)
        | ExprKind::Cut
        | ExprKind::Other(_) => None,
    };
    shown.unwrap_or_else(|| "…".to_owned())
}

/// Methods that give back what they are called on, as far as routes are concerned.
pub(super) fn is_conversion(method: &str) -> bool {
    matches!(
        method,
        "into"
            | "to_string"
            | "to_owned"
            | "into_owned"
            | "as_str"
            | "as_ref"
            | "as_mut"
            | "as_deref"
            | "as_slice"
            | "as_string"
            | "into_string"
            | "into_boxed_str"
            | "borrow"
            | "borrow_mut"
            | "by_ref"
            | "deref"
            | "clone"
            | "cloned"
            | "copied"
            | "unwrap"
            | "expect"
            | "unwrap_or_default"
            | "unwrap_or"
            | "unwrap_or_else"
            | "ok"
            | "boxed"
            | "try_into"
            | "iter"
            | "into_iter"
            | "collect"
            | "to_vec"
            | "trim"
            | "trim_matches"
            | "trim_end_matches"
            | "trim_start_matches"
            | "to_lowercase"
            | "context"
            | "with_context"
            | "map_err"
    )
}

/// The text that a value is, with a hole where it is not known; `None` when it is no text at all.
pub(super) fn template(value: &Value<'_>) -> Option<Template> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Unknown(hole) => Some(Template::hole(hole.clone())),
        Value::External(path) => Some(Template::hole(hole(path))),
        Value::Filter(_)
        | Value::Router(_)
        | Value::Methods(_)
        | Value::List(_)
        | Value::Struct(_)
        | Value::Function(_)
        | Value::Module(_)
        | Value::Closure(_)
        | Value::Choice(_)
        | Value::Nothing => None,
    }
}

/// `text.replace(from, with)`: what is known of the text, parts of it put in the place of others. `None` where it would become too
/// long, or nothing is known of what is put there.
pub(super) fn replaced(text: &Template, from: &str, with: Option<&Template>) -> Option<Template> {
    let found = text.text.matches(from).count();
    if found == 0 {
        return Some(text.clone());
    }
    let with = with.filter(|with| text.text.len() + found * with.text.len() <= LONGEST_TEXT)?;
    let (mut result, mut holes) = (Template::default(), text.holes.iter().cloned());
    for (at, part) in text.text.split(from).enumerate() {
        if at > 0 {
            result.append(with);
        }
        let own = part.chars().filter(|char| *char == HOLE).count();
        result.append(&Template { text: part.to_owned(), holes: holes.by_ref().take(own).collect() });
    }
    Some(result)
}

impl<'a> Evaluator<'a> {
    /// `left + right`.
    pub(super) fn sum(&mut self, left: &'a Expr, right: &'a Expr, frame: &mut Frame<'a>) -> Value<'a> {
        let values = [self.eval(left, frame), self.eval(right, frame)];
        if !values.iter().any(|value| matches!(value, Value::Text(_) | Value::Choice(_))) {
            return Value::Unknown(hole("sum"));
        }
        self.concatenation(&values)
    }

    /// The texts one behind the other, each combination where one of them is a choice.
    fn concatenation(&mut self, values: &[Value<'a>]) -> Value<'a> {
        const MOST: usize = 16;
        let mut sums: Vec<(Option<Rc<str>>, Template)> = vec![(None, Template::default())];
        for value in values {
            let mut longer = Vec::new();
            for (when, value) in value.alternatives() {
                let part = template(&value).unwrap_or_else(|| Template::hole(hole("value")));
                for (before, sum) in &sums {
                    let mut sum = sum.clone();
                    if sum.text.len() < LONGEST_TEXT && longer.len() < MOST {
                        sum.append(&part);
                        longer.push((before.clone().or_else(|| when.clone()), sum));
                    } else if longer.len() == MOST {
                        // What more there is, is not known any more.
                        longer.push((None, Template::hole(hole(MORE))));
                    }
                }
            }
            if !longer.is_empty() {
                sums = longer;
            }
        }
        let all = sums.into_iter().map(|(when, sum)| (when, Value::Text(sum))).collect();
        Value::choice(all).unwrap_or(Value::Nothing)
    }

    /// `prefix.map_or("/v1", |prefix| format!("/{prefix}/v1"))`, where of `prefix` nothing is known: either text.
    pub(super) fn either_text(&mut self, of: &Hole, call: &MethodCall<'_, 'a>) -> Option<Value<'a>> {
        let (none, some) = match (call.name, call.arguments) {
            ("map_or", [none, Value::Closure(some)]) => (none.clone(), some),
            ("map_or_else", [Value::Closure(none), Value::Closure(some)]) => {
                (self.call_closure(none, &[]), some)
            }
            _ => return None,
        };
        // What is reckoned with is no text.
        let is_number =
            |text: &str| text.parse::<f64>().is_ok() && text.contains(|char: char| char.is_ascii_digit());
        if !matches!(&none, Value::Text(text) if !is_number(&text.text)) {
            return None;
        }
        let some = self.call_closure(some, &[Value::Unknown(of.clone())]);
        let is_text = matches!(some, Value::Text(_));
        Value::choice(vec![(None, none), (None, some)]).filter(|_| is_text)
    }

    /// `text.push_str(more)`, `list.append(&mut more)` on a variable or a field; whether it is one of these.
    pub(super) fn append(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> bool {
        let ExprKind::Method { receiver, name, name_site, arguments, .. } = &expr.kind else { return false };
        let is_push = matches!(&**name, "push_str" | "push" | "push_back");
        if !is_push && !matches!(&**name, "append" | "extend" | "extend_from_slice") {
            return false;
        }
        let (Some(variable), [more]) = (place(receiver), &**arguments) else { return false };
        let Some(old) = frame.held(&variable) else { return false };
        let old = old.alternatives();
        if !old.iter().all(|(_, old)| grows(old)) {
            return false;
        }
        self.visited.insert((frame.at.file, name_site.span.start));
        let more = self.eval(more, frame);
        let grown = old.into_iter().map(|(when, old)| (when, self.grown(&old, &more, name))).collect();
        frame.assign(&variable, Value::choice(grown).unwrap_or(Value::Nothing));
        true
    }

    /// `text.clear()`, `write!(text, …)`, `map.insert(key, value)` on a variable or a field; whether it is one of these.
    pub(super) fn mutate(&mut self, expr: &'a Expr, frame: &mut Frame<'a>) -> bool {
        if let ExprKind::Macro { path, arguments, .. } = &expr.kind
            && matches!(&**path, "write" | "writeln")
            && let Some((first, rest)) = arguments.split_first()
            && let Some(variable) = place(first)
            && let Some(old @ (Value::Text(_) | Value::Choice(_))) = frame.held(&variable)
        {
            let more = self.format(rest, frame).unwrap_or_else(|| Value::Unknown(hole(&variable)));
            let grown = self.concatenation(&[old, more]);
            frame.assign(&variable, grown);
            return true;
        }
        let ExprKind::Method { receiver, name, name_site, arguments, .. } = &expr.kind else { return false };
        if !CHANGING.contains(&&**name) {
            return false;
        }
        let Some(variable) = place(receiver) else { return false };
        let Some(old) = frame.held(&variable) else { return false };
        if matches!(old, Value::Text(_)) {
            frame.assign(&variable, Value::Unknown(hole(&variable)));
            return true;
        }
        let (true, [key, value]) = (&**name == "insert" && grows(&old), &**arguments) else { return false };
        self.visited.insert((frame.at.file, name_site.span.start));
        let (key, value) = (self.eval(key, frame), self.eval(value, frame));
        if matches!(value, Value::Router(_) | Value::Methods(_) | Value::Function(_) | Value::Closure(_)) {
            let is_number = matches!(&key, Value::Text(text) if text.text.parse::<usize>().is_ok());
            let more = if is_number { value } else { Value::list(vec![key, value]) };
            let grown = self.grown(&old, &more, "push");
            frame.assign(&variable, grown);
        } else {
            self.unknown_call(&[key, value], hole(name));
        }
        true
    }

    /// A list or text with more behind it, as the method of this name adds it.
    pub(super) fn grown(&mut self, old: &Value<'a>, more: &Value<'a>, name: &str) -> Value<'a> {
        let is_text = name == "push_str" || matches!(more, Value::Text(_)) || matches!(old, Value::Text(_));
        let mut values = match old {
            Value::List(list) => list.values.clone(),
            _ if is_text => return self.concatenation(&[old.clone(), more.clone()]),
            // What a list held before that is not known may register something too.
            Value::Unknown(hole) if !hole.written.starts_with("Vec::") => vec![old.clone()],
            Value::Unknown(_)
            | Value::External(_)
            | Value::Text(_)
            | Value::Router(_)
            | Value::Methods(_)
            | Value::Filter(_)
            | Value::Struct(_)
            | Value::Function(_)
            | Value::Module(_)
            | Value::Closure(_)
            | Value::Choice(_)
            | Value::Nothing => Vec::new(),
        };
        self.spend(values.len() / SHALLOW);
        match (more, name) {
            (Value::List(more), "append" | "extend" | "extend_from_slice") => {
                values.extend(more.values.iter().cloned())
            }
            _ => values.push(more.clone()),
        }
        Value::list(values)
    }

    /// A macro call that is no framework's.
    pub(super) fn plain_macro(
        &mut self,
        name: &str,
        arguments: &'a [Expr],
        frame: &mut Frame<'a>,
    ) -> Option<Value<'a>> {
        match name {
            "format" | "format_args" => self.format(arguments, frame),
            "concat" | "concatcp" | "formatcp" if name != "formatcp" => {
                let values: Vec<_> = arguments.iter().map(|argument| self.eval(argument, frame)).collect();
                Some(self.concatenation(&values))
            }
            "formatcp" => self.format(arguments, frame),
            "vec" => {
                let values = arguments.iter().map(|argument| self.eval(argument, frame)).collect();
                Some(Value::list(values))
            }
            "panic" | "unreachable" | "todo" | "unimplemented" | "bail" => {
                frame.done = true;
                Some(Value::Nothing)
            }
            _ => None,
        }
    }

    /// `format!("/{X}/{}/{name}", value, name = value)`.
    fn format(&mut self, arguments: &'a [Expr], frame: &mut Frame<'a>) -> Option<Value<'a>> {
        let (first, rest) = arguments.split_first()?;
        let Value::Text(pattern) = self.eval(first, frame) else { return None };
        let mut positional = Vec::new();
        let mut named: Vec<(&str, Value<'a>)> = Vec::new();
        for argument in rest {
            match assigned(argument) {
                Some((name, value)) => named.push((name, self.eval(value, frame))),
                None => positional.push(self.eval(argument, frame)),
            }
        }
        let mut next = 0;
        let mut values = Vec::new();
        for piece in pieces(&pattern.text) {
            values.push(match piece {
                Piece::Text(text) => Value::Text(Template::known(&text)),
                Piece::Argument("") => {
                    next += 1;
                    positional.get(next - 1).cloned().unwrap_or_else(|| Value::Unknown(hole("value")))
                }
                Piece::Argument(name) => match name.parse::<usize>() {
                    Ok(at) => positional.get(at).cloned().unwrap_or_else(|| Value::Unknown(hole("value"))),
                    Err(_) => match named.iter().find(|(known, _)| *known == name) {
                        Some((_, value)) => value.clone(),
                        None => {
                            let value = self.path(name, frame);
                            self.with_known(value)
                        }
                    },
                },
            });
        }
        Some(self.concatenation(&values))
    }
}

/// Whether a value is a text or list that more can be put behind: one that another crate made is an empty one.
fn grows(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(_) | Value::Unknown(_) | Value::List(_) | Value::External(_))
}

/// `name = value` among the arguments of a macro.
fn assigned(argument: &Expr) -> Option<(&str, &Expr)> {
    let ExprKind::Block { statements, value: None, .. } = &argument.kind else { return None };
    match &**statements {
        [Statement::Assign { name, value, .. }] => Some((name, value)),
        _ => None,
    }
}

enum Piece<'t> {
    Text(String),
    Argument(&'t str),
}

/// The parts of a format string: text with `{{` and `}}` undone, and what stands in braces, the format left out.
fn pieces(pattern: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(more) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = more;
        } else if brace == "{" {
            let (inside, more) = rest.split_once('}').unwrap_or((rest, ""));
            found.push(Piece::Text(std::mem::take(&mut text)));
            found.push(Piece::Argument(inside.split(':').next().unwrap_or_default().trim()));
            rest = more;
        }
    }
    text.push_str(rest);
    found.push(Piece::Text(text));
    found
}

/// What a method makes of a text.
pub(super) fn text_method<'a>(text: &Template, call: &MethodCall<'_, 'a>) -> Value<'a> {
    let argument = match call.arguments.first() {
        Some(Value::Text(argument)) if argument.holes.is_empty() && !argument.text.is_empty() => {
            &*argument.text
        }
        _ => return unless_changed(text, call),
    };
    let changed = match call.name {
        "replace" => {
            let with = call.arguments.get(1).and_then(template);
            return replaced(text, argument, with.as_ref())
                .map_or_else(|| unless_changed(text, call), Value::Text);
        }
        "trim_end_matches" => text.text.trim_end_matches(argument),
        "trim_start_matches" => text.text.trim_start_matches(argument),
        "strip_prefix" => text.text.strip_prefix(argument).unwrap_or(&text.text),
        "strip_suffix" => text.text.strip_suffix(argument).unwrap_or(&text.text),
        _ => return unless_changed(text, call),
    };
    Value::Text(Template { text: changed.to_owned(), holes: text.holes.clone() })
}

fn unless_changed<'a>(text: &Template, call: &MethodCall<'_, 'a>) -> Value<'a> {
    match call.name {
        "to_lowercase" => Value::Text(Template { text: text.text.to_lowercase(), holes: text.holes.clone() }),
        "parse" | "as_bytes" => Value::Text(text.clone()),
        name if is_conversion(name) && name != "trim" => Value::Text(text.clone()),
        "trim" => Value::Text(Template { text: text.text.trim().to_owned(), holes: text.holes.clone() }),
        name => Value::Unknown(method(&hole(&format!("{:?}", text.written())), name, call.written)),
    }
}
