//! Computes a tree.

use serde_json::{Map, Value};

use super::{Access, Call, Expr};
use crate::context::Context;
use crate::error::{Error, Stop};
use crate::functions::{Arguments, Environment};
use crate::limits::{Meter, NODE_BYTES};
use crate::value::{Val, element, property};

/// What a tree is computed against.
#[derive(Debug, Clone, Copy)]
struct Scope<'v> {
    context: &'v Context<'v>,
    meter: &'v Meter,
    /// The list element a filter looks at.
    element: Option<&'v Value>,
}

/// Computes `expr`; `depth` is how deep it stands.
fn evaluate<'v>(expr: &'v Expr, scope: Scope<'v>, depth: usize) -> Result<Val<'v>, Stop> {
    scope.meter.step()?;
    scope.meter.depth(depth)?;
    let inner = |expr: &'v Expr| evaluate(expr, scope, depth + 1);
    match expr {
        Expr::Literal(value) => Ok(Val::Ref(value)),
        Expr::Variable(name) => Ok(Val::of(scope.context.get(name))),
        Expr::Relative(name) => Ok(scope
            .element
            .map_or(Val::Missing, |element| property(element, name))),
        Expr::List(items) => list(items, scope, depth),
        Expr::Object(entries) => object(entries, scope, depth),
        Expr::Not(operand) => Ok(Val::bool(!inner(operand)?.is_truthy())),
        Expr::Negate(operand) => {
            let number = crate::value::to_number(inner(operand)?.as_value(), scope.meter)?;
            Ok(Val::number(-number))
        }
        Expr::Chain { first, rest } => {
            let mut left = inner(first)?;
            for (operator, right) in rest {
                scope.meter.step()?;
                if !operator.keeps(&left) {
                    left = operator.apply(&left, inner(right)?, scope.meter)?;
                }
            }
            Ok(left)
        }
        Expr::Ternary {
            test,
            then,
            otherwise,
        } => {
            let test = inner(test)?;
            match then {
                _ if !test.is_truthy() => inner(otherwise),
                None => Ok(test),
                Some(then) => inner(then),
            }
        }
        Expr::Access { base, path } => {
            let mut value = inner(base)?;
            for access in path {
                scope.meter.step()?;
                value = follow(value, access, scope, depth + 1)?;
            }
            Ok(value)
        }
        Expr::Call(call) => run(call, scope, depth),
    }
}

fn list<'v>(items: &'v [Expr], scope: Scope<'v>, depth: usize) -> Result<Val<'v>, Stop> {
    let mut list = Vec::new();
    for item in items {
        let value = evaluate(item, scope, depth + 1)?.into_value(scope.meter)?;
        scope.meter.bytes(NODE_BYTES)?;
        list.push(value.unwrap_or_default());
    }
    Ok(Val::Own(Value::Array(list)))
}

fn object<'v>(
    entries: &'v [(String, Expr)],
    scope: Scope<'v>,
    depth: usize,
) -> Result<Val<'v>, Stop> {
    let mut map = Map::new();
    for (key, item) in entries {
        if let Some(value) = evaluate(item, scope, depth + 1)?.into_value(scope.meter)? {
            scope.meter.bytes(NODE_BYTES + key.len())?;
            map.insert(key.clone(), value);
        }
    }
    Ok(Val::Own(Value::Object(map)))
}

fn follow<'v>(
    value: Val<'v>,
    access: &'v Access,
    scope: Scope<'v>,
    depth: usize,
) -> Result<Val<'v>, Stop> {
    match access {
        Access::Property(name) => Ok(value.map_ref(scope.meter, |value| property(value, name))?),
        // A bare name in brackets is not a key: the reference looks for it nowhere.
        Access::Index(Expr::Variable(_)) => Ok(Val::Missing),
        Access::Index(key) => index(value, &evaluate(key, scope, depth)?, scope.meter),
        Access::Filter(condition) => filter(&value, condition, scope, depth),
        Access::Method {
            method: Some(method),
            arguments,
        } => {
            let mut values = vec![value];
            values.extend(evaluate_all(arguments, scope, depth)?);
            method.call(Arguments::new(values, None), environment(scope))
        }
        Access::Method { method: None, .. } | Access::Transform => Err(Stop::Undefined),
    }
}

fn index<'v>(value: Val<'v>, key: &Val<'_>, meter: &Meter) -> Result<Val<'v>, Stop> {
    match key.as_value() {
        Some(Value::Bool(true)) => Ok(value),
        Some(key) => Ok(value.map_ref(meter, |value| element(value, key))?),
        None => Ok(Val::Missing),
    }
}

/// The elements for which `condition` is true; a single value is a list of one.
fn filter<'v>(
    value: &Val<'v>,
    condition: &Expr,
    scope: Scope<'v>,
    depth: usize,
) -> Result<Val<'v>, Stop> {
    let items = match value.as_value() {
        None | Some(Value::Null) => &[],
        Some(Value::Array(items)) => items.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    let mut found = Vec::new();
    for item in items {
        scope.meter.step()?;
        if holds(condition, scope, item, depth)? {
            scope.meter.bytes(NODE_BYTES)?;
            found.push(scope.meter.copy(item)?);
        }
    }
    Ok(Val::Own(Value::Array(found)))
}

/// Apart, because the element may live shorter than the values of the scope around it.
fn holds<'s>(
    condition: &'s Expr,
    scope: Scope<'s>,
    element: &'s Value,
    depth: usize,
) -> Result<bool, Stop> {
    let scope = Scope {
        element: Some(element),
        ..scope
    };
    Ok(evaluate(condition, scope, depth)?.is_truthy())
}

fn run<'v>(call: &'v Call, scope: Scope<'v>, depth: usize) -> Result<Val<'v>, Stop> {
    let function = call.function.ok_or(Stop::Undefined)?;
    let values = evaluate_all(&call.arguments, scope, depth + 1)?;
    (function.run)(
        Arguments::new(values, call.pattern.as_ref()),
        environment(scope),
    )
}

fn evaluate_all<'v>(
    arguments: &'v [Expr],
    scope: Scope<'v>,
    depth: usize,
) -> Result<Vec<Val<'v>>, Stop> {
    arguments
        .iter()
        .map(|argument| evaluate(argument, scope, depth))
        .collect()
}

fn environment(scope: Scope<'_>) -> Environment<'_> {
    Environment {
        meter: scope.meter,
        now: scope.context.now(),
    }
}

/// Computes a tree on its own; whatever is undefined makes the whole of it missing.
pub(crate) fn evaluate_tree<'v>(
    expr: &'v Expr,
    context: &'v Context<'v>,
    meter: &'v Meter,
) -> Result<Val<'v>, Error> {
    match evaluate(
        expr,
        Scope {
            context,
            meter,
            element: None,
        },
        1,
    ) {
        Ok(value) => Ok(value),
        Err(Stop::Undefined) => Ok(Val::Missing),
        Err(Stop::Error(error)) => Err(error),
    }
}
