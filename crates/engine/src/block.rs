//! The variables of a run.

use chrono::{DateTime, Utc};
use linkyard_expr::{Context, Expression, Template};
use serde_json::{Value, json};

use crate::call::wipe;
use crate::error::Fault;
use crate::{Call, Credential, Error};

/// The variables of a run, as expressions see them.
pub(crate) struct Block {
    pub(crate) now: DateTime<Utc>,
    pub(crate) inputs: Value,
    pub(crate) credentials: Opened,
    pub(crate) steps: Value,
    context: Value,
    environment: Value,
    connector: Value,
    action: Value,
    api_host: Value,
}

/// A credential as a value; wiped when it goes.
pub(crate) struct Opened {
    pub(crate) version: i64,
    pub(crate) values: Value,
}

impl From<Credential> for Opened {
    fn from(mut credential: Credential) -> Self {
        Self {
            version: credential.version,
            values: Value::Object(std::mem::take(&mut credential.values)),
        }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        wipe(&mut self.values);
    }
}

impl Block {
    pub(crate) fn new(
        call: &Call<'_>,
        now: DateTime<Utc>,
        api_host_uri: &str,
        inputs: Value,
        opened: Opened,
    ) -> Self {
        let Call {
            connector,
            action,
            context,
            ..
        } = call;
        Self {
            now,
            inputs,
            credentials: opened,
            steps: json!({}),
            context: json!({
                "authenticationType": context.authentication_type,
                "environment": context.environment,
                "connectorKey": connector.key,
                "connectorVersion": connector.version,
                "connectorProfileId": context.integration_id,
                "accountSecureId": context.account_id,
                "originOwnerId": context.origin_owner_id,
                "projectSecureId": context.project_id,
                "organizationId": context.organization_id,
                "category": connector.categories.first(),
                "actionType": format!("{:?}", action.kind).to_lowercase(),
                "flowType": context.flow_type,
                "actionRunId": context.action_run_id,
                "service": connector.key,
                "resource": action.id,
            }),
            environment: json!({ "key": context.environment }),
            connector: json!({ "key": connector.key, "title": connector.title, "version": connector.version }),
            action: json!({ "actionId": action.id, "label": action.label, "description": action.description }),
            api_host: api_host_uri.into(),
        }
    }

    /// Everything, for step parameters and the result.
    pub(crate) fn full(&self) -> Context<'_> {
        self.fixed()
            .with("inputs", &self.inputs)
            .with("steps", &self.steps)
    }

    /// What does not depend on the caller or on the provider's answers: for deciding where a request goes.
    pub(crate) fn fixed(&self) -> Context<'_> {
        Context::new(self.now)
            .with("credentials", &self.credentials.values)
            .with("config", &self.credentials.values)
            .with("context", &self.context)
            .with("environment", &self.environment)
            .with("connector", &self.connector)
            .with("action", &self.action)
            .with("apiHostUri", &self.api_host)
    }

    /// The entries of `object` as variables, and nothing else.
    pub(crate) fn only<'a>(&self, object: &'a Value) -> Context<'a> {
        Context::new(self.now).with_fields(object)
    }
}

/// Where in the connector an expression stands, for messages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'s> {
    pub(crate) step: &'s str,
    pub(crate) what: &'s str,
}

impl<'s> Site<'s> {
    pub(crate) fn new(step: &'s str, what: &'s str) -> Self {
        Self { step, what }
    }

    pub(crate) fn fault(self, source: impl Into<Fault>) -> Error {
        Error::Expression {
            step: self.step.to_owned(),
            site: self.what.to_owned(),
            source: source.into(),
        }
    }

    pub(crate) fn value_fault(self, message: impl Into<String>) -> Error {
        self.fault(Fault::Value(message.into()))
    }

    /// A value, or nothing if the expression does not apply; only a breach of limits is an error.
    pub(crate) fn safe(
        self,
        expression: &Expression,
        context: &Context<'_>,
    ) -> Result<Option<Value>, Error> {
        match expression.evaluate(context) {
            Ok(value) => Ok(value),
            Err(error) if error.is_limit() => Err(self.fault(error)),
            Err(_) => Ok(None),
        }
    }

    /// A text, empty if there is nothing.
    pub(crate) fn text(
        self,
        expression: &Expression,
        context: &Context<'_>,
    ) -> Result<String, Error> {
        Ok(self
            .safe(expression, context)?
            .and_then(|value| text(&value))
            .unwrap_or_default())
    }

    /// Whether the condition, if any, is exactly true.
    pub(crate) fn holds(
        self,
        condition: Option<&Expression>,
        context: &Context<'_>,
    ) -> Result<bool, Error> {
        condition.map_or(Ok(true), |condition| {
            condition
                .is_true(context)
                .map_err(|error| self.fault(error))
        })
    }

    /// A nested value, with nothing where an expression does not apply.
    pub(crate) fn template(
        self,
        template: &Template,
        context: &Context<'_>,
    ) -> Result<Option<Value>, Error> {
        template
            .evaluate_safe(context)
            .map_err(|error| self.fault(error))
    }
}

/// An object of `entries`. Unlike `json!`, it moves the values in.
pub(crate) fn object<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Object(
        entries
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

/// A value as text in a URL or header; none for null.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) | Value::Bool(_) | Value::Number(_) => {
            Some(value.to_string())
        }
    }
}
