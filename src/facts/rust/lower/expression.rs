//! Expressions and statements of a syntax tree → their lowered shape.

use tree_sitter::Node;

use super::super::cfg;
use super::words::{fold, line};
use super::{DEPTH, LINKS, Lowering, slice};
use crate::facts::frameworks;
use crate::facts::literal::string;
use crate::facts::{Arm, CfgId, Expr, ExprKind, Statement};

/// Children of a node that are neither comments nor attributes.
pub(super) fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| {
            !matches!(child.kind(), "line_comment" | "block_comment" | "attribute_item" | "label")
        })
        .collect()
}

impl<'t> Lowering<'t, '_> {
    /// Lowers one expression.
    pub(super) fn expression(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let node = transparent(node);
        if depth >= DEPTH {
            return self.cut(node);
        }
        let depth = depth + 1;
        match node.kind() {
            "string_literal" | "raw_string_literal" => self.literal(node),
            "integer_literal" | "float_literal" | "char_literal" | "boolean_literal" => self.literal(node),
            "identifier" | "scoped_identifier" | "generic_function" | "self" | "super" | "crate"
            | "metavariable" => self.expr(node, ExprKind::Path(self.path(node))),
            "call_expression" | "field_expression" => self.chain(node, depth),
            "macro_invocation" => self.macro_call(node, depth),
            "closure_expression" => self.closure(node, depth),
            "block" => self.block(node, depth),
            "async_block" => match parts(node).first() {
                Some(block) => {
                    let value = Box::new(self.expression(*block, depth));
                    self.expr(node, ExprKind::Async(value))
                }
                None => self.other(node, depth),
            },
            "if_expression" => self.conditional(node, depth),
            "match_expression" => self.selection(node, depth),
            "for_expression" | "while_expression" | "loop_expression" => self.repetition(node, depth),
            "array_expression" if is_repeat(node) => self.other(node, depth),
            "tuple_expression" | "array_expression" | "unit_expression" => {
                let values = self.elements(node, depth);
                self.expr(node, ExprKind::List(values))
            }
            "struct_expression" => self.structure(node, depth),
            "binary_expression" => self.binary(node, depth),
            "return_expression" => self.jump(node, depth),
            "break_expression" if !parts(node).is_empty() => self.jump(node, depth),
            "assignment_expression" | "compound_assignment_expr" => {
                let statements = self.assignment(node, CfgId(0), depth).into_iter().collect();
                self.expr(node, ExprKind::Block { scope: None, statements, value: None })
            }
            "let_condition" => self.field(node, "value", depth),
            _ => self.other(node, depth),
        }
    }

    /// The expressions that a node lists, each under the attributes in front of it.
    pub(super) fn elements(&mut self, node: Node<'_>, depth: u32) -> Vec<Expr> {
        let mut cursor = node.walk();
        let children: Vec<_> = node.named_children(&mut cursor).collect();
        let (mut elements, mut conditions) = (Vec::new(), Vec::new());
        for child in children {
            match child.kind() {
                "attribute_item" => conditions.extend(self.cfg_of(child)),
                "line_comment" | "block_comment" => {}
                _ => {
                    let value = self.lent(child, depth);
                    elements.push(self.compiled(value, &std::mem::take(&mut conditions)));
                }
            }
        }
        elements
    }

    /// An expression, and whether it is lent to be changed: what is no place is changed by nobody who asks again.
    fn lent(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let value = self.expression(node, depth);
        let mut cursor = node.walk();
        let is_lent = node.kind() == "reference_expression"
            && node.children(&mut cursor).any(|child| child.kind() == "mutable_specifier")
            && matches!(value.kind, ExprKind::Path(_) | ExprKind::Field { .. });
        if !is_lent {
            return value;
        }
        let site = value.site;
        Expr { kind: ExprKind::Lent(Box::new(value)), site }
    }

    /// An expression under the conditions that attributes over it say.
    fn compiled(&mut self, value: Expr, conditions: &[String]) -> Expr {
        if conditions.is_empty() {
            return value;
        }
        let site = value.site;
        Expr { kind: ExprKind::Compiled(vec![(self.cfg(conditions), value)]), site }
    }

    /// What attributes say directly inside a node.
    fn conditions_in(&self, node: Node<'_>) -> Vec<String> {
        let mut cursor = node.walk();
        let attributes = node.named_children(&mut cursor).filter(|child| child.kind() == "attribute_item");
        attributes.filter_map(|attribute| self.cfg_of(attribute)).collect()
    }

    fn list(&mut self, nodes: &[Node<'_>], depth: u32) -> Vec<Expr> {
        nodes.iter().map(|node| self.expression(*node, depth)).collect()
    }

    fn literal(&self, node: Node<'_>) -> Expr {
        let source = self.source(node);
        let text = if node.kind().ends_with("string_literal") { string(source) } else { None };
        self.expr(node, text.map_or_else(|| ExprKind::Literal(line(source)), ExprKind::Text))
    }

    /// Calls and fields that hang on each other, `a.b(c).d(e)(f)`, are followed in a loop: builders are long.
    fn chain(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let mut links = Vec::new();
        let mut base = node;
        while links.len() < LINKS {
            match base.kind() {
                "call_expression" | "field_expression" => {
                    let Some(inner) = inner_of(base) else { break };
                    links.push(base);
                    base = transparent(inner);
                }
                _ => break,
            }
        }
        let too_long = links.len() == LINKS;
        let mut value = if too_long {
            self.cut(base)
        } else if matches!(base.kind(), "call_expression" | "field_expression") {
            self.other(base, depth)
        } else {
            self.expression(base, depth)
        };
        for link in links.into_iter().rev() {
            let kind = self.link(link, value, depth);
            value = self.expr(link, kind);
        }
        value
    }

    fn link(&mut self, node: Node<'_>, inner: Expr, depth: u32) -> ExprKind {
        if node.kind() == "field_expression" {
            let name = node.child_by_field_name("field").map_or("", |field| self.source(field));
            return ExprKind::Field { receiver: Box::new(inner), name: name.trim_start_matches("r#").into() };
        }
        let arguments = node.child_by_field_name("arguments");
        let arguments = arguments.map_or_else(Vec::new, |list| self.elements(list, depth));
        let function = node.child_by_field_name("function");
        match function.map(method_of) {
            Some(Some(field)) => {
                let name = self.source(field).trim_start_matches("r#").into();
                ExprKind::Method { receiver: Box::new(inner), name, name_site: self.site(field), arguments }
            }
            Some(None) | None => {
                let types = function.and_then(|function| function.child_by_field_name("type_arguments"));
                let types = types.map_or_else(Vec::new, parts).into_iter();
                let types =
                    types.filter(|of| matches!(of.kind(), "type_identifier" | "scoped_type_identifier"));
                let types = types.map(|of| self.path(of)).collect();
                ExprKind::Call { callee: Box::new(inner), types, arguments }
            }
        }
    }

    fn closure(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let parameters =
            node.child_by_field_name("parameters").map_or_else(Vec::new, |list| self.parameters(list));
        let value = match node.child_by_field_name("body") {
            Some(body) => self.expression(body, depth),
            None => self.expr(node, ExprKind::Other(Vec::new())),
        };
        self.expr(node, ExprKind::Closure { parameters, value: Box::new(value) })
    }

    fn block(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let mut cursor = node.walk();
        let children: Vec<_> = node.children(&mut cursor).filter(Node::is_named).collect();
        let mut statements = Vec::new();
        let mut value = None;
        let above = std::mem::take(&mut self.above);
        let around = self.cfg(&above);
        let mut conditions = Vec::new();
        let last = children.last().map(Node::id);
        for child in children {
            let is_last = last == Some(child.id());
            if self.opens_branches(
                (child, is_last),
                depth,
                &above,
                (&mut statements, &mut value, &mut conditions),
            ) {
                continue;
            }
            match child.kind() {
                "attribute_item" => conditions.extend(self.cfg_of(child)),
                "line_comment" | "block_comment" | "label" => {}
                kind => {
                    // An earlier block-like expression that is no tail after all.
                    if let Some(value) = value.take() {
                        statements.push(Statement::Expr { value, cfg: around });
                    }
                    let may_be_value = conditions.is_empty();
                    let cfg = self.cfg(&[&above[..], &std::mem::take(&mut conditions)].concat());
                    match kind {
                        "let_declaration" => statements.push(self.binding(child, cfg, depth)),
                        "expression_statement" => match self.statement(child, (cfg, may_be_value), depth) {
                            Ok(statement) => statements.push(statement),
                            Err(tail) => value = Some(tail),
                        },
                        kind if is_item(kind) => {}
                        _ if may_be_value => value = Some(self.expression(child, depth)),
                        _ => statements.push(Statement::Expr { value: self.expression(child, depth), cfg }),
                    }
                }
            }
        }
        self.expr(node, ExprKind::Block { scope: None, statements, value: value.map(Box::new) })
    }

    /// Adds the statements in the branches of a macro call; whether it has any.
    fn opens_branches(
        &mut self,
        (child, is_last): (Node<'_>, bool),
        depth: u32,
        above: &[String],
        (statements, value, conditions): (&mut Vec<Statement>, &mut Option<Expr>, &mut Vec<String>),
    ) -> bool {
        let over = [above, conditions].concat();
        let branches = self.branches(child, is_last, &over, depth);
        self.above.clear();
        let Some(branches) = branches else { return false };
        conditions.clear();
        // An earlier block-like expression that is no tail after all.
        let cfg = self.cfg(above);
        statements.extend(value.take().map(|value| Statement::Expr { value, cfg }));
        statements.extend(branches);
        true
    }

    pub(super) fn cfg(&mut self, conditions: &[String]) -> CfgId {
        if conditions.is_empty() { CfgId(0) } else { (self.condition)(conditions) }
    }

    /// What stands between the parentheses of `#[cfg(…)]`.
    fn cfg_of(&self, attribute: Node<'_>) -> Option<String> {
        let source = self.source(attribute);
        let rest =
            source.strip_prefix("#[")?.trim_start().strip_prefix("cfg")?.trim_start().strip_prefix('(')?;
        let inside = rest.trim_end().strip_suffix(']')?.trim_end().strip_suffix(')')?;
        Some(inside.to_owned())
    }

    /// An expression that stands as a statement; `Err` when it may be the block's value.
    fn statement(
        &mut self,
        node: Node<'_>,
        (cfg, may_be_value): (CfgId, bool),
        depth: u32,
    ) -> Result<Statement, Expr> {
        let Some(inner) = parts(node).first().copied() else {
            return Ok(Statement::Expr { value: self.expr(node, ExprKind::Other(Vec::new())), cfg });
        };
        if let Some(assigned) = self.assignment(transparent(inner), cfg, depth) {
            return Ok(assigned);
        }
        let value = self.expression(inner, depth);
        let ended = slice(self.text, self.range(node)).ends_with(';');
        if ended || !may_be_value { Ok(Statement::Expr { value, cfg }) } else { Err(value) }
    }

    fn assignment(&mut self, node: Node<'_>, cfg: CfgId, depth: u32) -> Option<Statement> {
        if !matches!(node.kind(), "assignment_expression" | "compound_assignment_expr") {
            return None;
        }
        let left = node.child_by_field_name("left")?;
        let right = node.child_by_field_name("right")?;
        let name = fold(self.source(transparent(left))).into_boxed_str();
        let mut value = self.expression(right, depth);
        let operator = node.child_by_field_name("operator").map_or("", |operator| self.source(operator));
        if node.kind() == "compound_assignment_expr" {
            let old = self.expression(left, depth);
            let sum = match operator {
                "+=" => ExprKind::Add(Box::new(old), Box::new(value)),
                _ => ExprKind::Other(vec![old, value]),
            };
            value = self.expr(node, sum);
        }
        Some(Statement::Assign { name, value, cfg })
    }

    fn binding(&mut self, node: Node<'_>, cfg: CfgId, depth: u32) -> Statement {
        let (name, pattern) = match node.child_by_field_name("pattern") {
            Some(pattern) => self.pattern(pattern),
            None => ("".into(), "".into()),
        };
        // The grammar sets it beside the pattern of a single name, and into any other.
        let beside = parts(node).iter().any(|part| part.kind() == "mutable_specifier");
        let mutable = beside || pattern.contains("mut ");
        let r#type = node.child_by_field_name("type").map_or("", |node| self.source(node));
        let value = node.child_by_field_name("value").map(|value| self.expression(value, depth));
        let otherwise = node.child_by_field_name("alternative").map(|block| self.expression(block, depth));
        let name = if name.is_empty() { pattern } else { name };
        let block = node.parent().filter(|parent| parent.kind() == "block");
        let idle = block.is_some_and(|block| is_named_once(self.source(block), &name));
        Statement::Let { name, mutable, idle, r#type: fold(r#type).into(), value, otherwise, cfg }
    }

    fn conditional(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let condition =
            node.child_by_field_name("condition").map_or("".into(), |node| line(self.source(node)));
        let value = self.asked(node, depth);
        let then = self.field(node, "consequence", depth);
        let otherwise = node.child_by_field_name("alternative").and_then(|clause| {
            let inner = parts(clause).first().copied()?;
            Some(self.expression(inner, depth))
        });
        let (then, otherwise) = self.told_of_tests(&condition, then, otherwise);
        let otherwise = otherwise.map(Box::new);
        self.expr(node, ExprKind::If { condition, value, then: Box::new(then), otherwise })
    }

    /// The branches of `if cfg!(…)`, test code where the condition says so.
    fn told_of_tests(
        &mut self,
        condition: &str,
        then: Expr,
        otherwise: Option<Expr>,
    ) -> (Expr, Option<Expr>) {
        let predicate = condition.strip_prefix("cfg!(").and_then(|rest| rest.strip_suffix(')'));
        let predicate = predicate.filter(|predicate| is_whole(predicate));
        let Some(predicate) = predicate else { return (then, otherwise) };
        let mut under = |value: Expr, predicate: String| {
            let conditions = Some(predicate).filter(|predicate| cfg::is_test(predicate));
            self.compiled(value, conditions.as_slice())
        };
        let then = under(then, predicate.to_owned());
        (then, otherwise.map(|value| under(value, format!("not({predicate})"))))
    }

    /// What the single `let` of a condition takes apart, or the condition itself.
    fn asked(&mut self, node: Node<'_>, depth: u32) -> Option<Box<Expr>> {
        let condition = node.child_by_field_name("condition")?;
        let value = self.computed(condition, depth)?;
        let is_known = matches!(&value.kind, ExprKind::Other(parts) if parts.is_empty());
        (!is_known).then_some(value)
    }

    fn field(&mut self, node: Node<'_>, name: &str, depth: u32) -> Expr {
        match node.child_by_field_name(name) {
            Some(child) => self.expression(child, depth),
            None => self.expr(node, ExprKind::Other(Vec::new())),
        }
    }

    fn selection(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let subject = node.child_by_field_name("value").map_or("".into(), |node| line(self.source(node)));
        let value = node.child_by_field_name("value").and_then(|node| self.computed(node, depth));
        let arms = node.child_by_field_name("body").map_or_else(Vec::new, parts);
        let arms = arms.into_iter().filter(|arm| arm.kind() == "match_arm").collect::<Vec<_>>();
        let arms = arms.into_iter().map(|arm| self.arm(arm, depth)).collect();
        self.expr(node, ExprKind::Match { subject, value, arms })
    }

    /// What is matched, where it is more than the name of something.
    fn computed(&mut self, node: Node<'_>, depth: u32) -> Option<Box<Expr>> {
        let value = self.expression(node, depth);
        let is_named = matches!(value.kind, ExprKind::Path(_) | ExprKind::Literal(_) | ExprKind::Text(_));
        (!is_named).then(|| Box::new(value))
    }

    fn arm(&mut self, node: Node<'_>, depth: u32) -> Arm {
        let conditions = self.conditions_in(node);
        let cfg = self.cfg(&conditions);
        let pattern = node.child_by_field_name("pattern");
        let guard = pattern.and_then(|pattern| self.asked(pattern, depth)).map(|guard| *guard);
        let pattern = pattern.map_or("".into(), |node| line(self.source(node)));
        Arm { pattern, guard, cfg, value: self.field(node, "value", depth) }
    }

    fn repetition(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let (mut pattern, mut iterator) = ("".into(), None);
        if node.kind() == "for_expression" {
            pattern = node.child_by_field_name("pattern").map_or("".into(), |node| line(self.source(node)));
            iterator = Some(Box::new(self.field(node, "value", depth)));
        } else if node.kind() == "while_expression" {
            let condition = node.child_by_field_name("condition");
            let taken = condition.and_then(|condition| condition.child_by_field_name("pattern"));
            pattern = taken.map_or("".into(), |node| line(&format!("let {}", self.source(node))));
            iterator = self.asked(node, depth);
        }
        let body = Box::new(self.field(node, "body", depth));
        self.expr(node, ExprKind::Loop { pattern, iterator, body })
    }

    fn structure(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let path = node.child_by_field_name("name").map_or("".into(), |name| self.path(name));
        let list = node.child_by_field_name("body").map_or_else(Vec::new, parts);
        let mut fields = Vec::new();
        for part in list {
            let field = part.child_by_field_name("field").map(|field| self.source(field));
            let value = part.child_by_field_name("value");
            match (field, value, part.kind()) {
                (Some(field), Some(value), _) => {
                    let value = self.expression(value, depth);
                    fields.push((field.into(), self.compiled(value, &self.conditions_in(part))));
                }
                (_, _, "shorthand_field_initializer") => {
                    let Some(name) = parts(part).first().map(|name| self.source(*name)) else { continue };
                    let value = self.expr(part, ExprKind::Path(name.into()));
                    fields.push((name.into(), self.compiled(value, &self.conditions_in(part))));
                }
                (_, _, "base_field_initializer") => {
                    let base = parts(part).first().map(|base| self.expression(*base, depth));
                    fields.extend(base.map(|base| ("..".into(), base)));
                }
                _ => {}
            }
        }
        self.expr(node, ExprKind::Struct { path, fields })
    }

    fn binary(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let operator = node.child_by_field_name("operator").map_or("", |operator| self.source(operator));
        if operator != "+" {
            return self.other(node, depth);
        }
        let left = Box::new(self.field(node, "left", depth));
        let right = Box::new(self.field(node, "right", depth));
        self.expr(node, ExprKind::Add(left, right))
    }

    fn jump(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let value = parts(node).first().map(|value| Box::new(self.expression(*value, depth)));
        self.expr(node, ExprKind::Return(value))
    }

    /// What is not followed any further.
    pub(super) fn cut(&self, node: Node<'_>) -> Expr {
        let may_matter = frameworks::names(self.source(node));
        self.expr(node, if may_matter { ExprKind::Cut } else { ExprKind::Other(Vec::new()) })
    }

    /// What has no meaning of its own; of its parts those are kept that call, hold or compute something.
    fn other(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let mut values = self.list(&parts(node), depth);
        values.retain(|value| {
            let is_empty = matches!(&value.kind, ExprKind::Other(parts) if parts.is_empty());
            !is_empty && !matches!(value.kind, ExprKind::Text(_) | ExprKind::Literal(_) | ExprKind::Path(_))
        });
        self.expr(node, ExprKind::Other(values))
    }
}

/// What the node stands for when parentheses, references, `?`, `.await`, `as`, `[..]` and the words before a block are left out.
fn transparent(mut node: Node<'_>) -> Node<'_> {
    loop {
        let inner = match node.kind() {
            "parenthesized_expression"
            | "try_expression"
            | "await_expression"
            | "expression_statement"
            | "unsafe_block"
            | "try_block"
            | "const_block"
            | "gen_block" => parts(node).first().copied(),
            "reference_expression" | "type_cast_expression" => node.child_by_field_name("value"),
            "index_expression" if parts(node).get(1).is_some_and(|range| is_full_range(*range)) => {
                parts(node).first().copied()
            }
            "unary_expression" if node.child(0).is_some_and(|sign| sign.kind() == "*") => {
                parts(node).first().copied()
            }
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return node,
        }
    }
}

/// Whether it is `..`.
fn is_full_range(range: Node<'_>) -> bool {
    range.kind() == "range_expression" && range.child_count() == 1
}

/// What a call or field hangs on: the receiver of a method, what is called, what a field is read from.
fn inner_of(node: Node<'_>) -> Option<Node<'_>> {
    if node.kind() == "field_expression" {
        return node.child_by_field_name("value");
    }
    let function = node.child_by_field_name("function")?;
    match field_expression(function) {
        Some(field) => field.child_by_field_name("value"),
        None => Some(function),
    }
}

/// The name of the method that a call's function names, `None` when it is no method.
fn method_of(function: Node<'_>) -> Option<Node<'_>> {
    field_expression(function)?.child_by_field_name("field")
}

fn field_expression(function: Node<'_>) -> Option<Node<'_>> {
    match function.kind() {
        "field_expression" => Some(function),
        "generic_function" => {
            function.child_by_field_name("function").filter(|inner| inner.kind() == "field_expression")
        }
        _ => None,
    }
}

fn is_repeat(node: Node<'_>) -> bool {
    node.child_by_field_name("length").is_some()
}

fn is_item(kind: &str) -> bool {
    kind.ends_with("_item")
        || matches!(
            kind,
            "use_declaration" | "extern_crate_declaration" | "macro_definition" | "empty_statement"
        )
        || matches!(kind, "inner_attribute_item" | "function_signature_item" | "associated_type")
}

/// Whether what stands between two parentheses closes none that it has not opened: `not(test)`, and not `test) && on(`.
fn is_whole(inside: &str) -> bool {
    let depths = inside.chars().scan(0i32, |depth, char| {
        *depth += i32::from(char == '(') - i32::from(char == ')');
        Some(*depth)
    });
    depths.into_iter().all(|depth| depth >= 0)
}

/// Whether a text holds a name as a word once, parts of paths in literals left out. One that begins with `_` does not promise that there
/// is more of it.
fn is_named_once(text: &str, name: &str) -> bool {
    // Each variable of a block is looked for in all of it.
    const LONGEST: usize = 64 << 10;
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    if text.len() > LONGEST || !name.starts_with(char::is_alphabetic) || !name.chars().all(is_word) {
        return false;
    }
    let whole = |(at, _): &(usize, &str)| {
        let before = &text[..*at];
        !before.ends_with(is_word)
            && !before.ends_with(['/', '"'])
            && !text[at + name.len()..].starts_with(is_word)
    };
    text.match_indices(name).filter(whole).nth(1).is_none()
}
