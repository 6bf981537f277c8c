//! The arguments of functions and filters.

use super::ask::Fault;
use super::values::kind;
use tera::{Kwargs, Value};

/// The arguments of one call.
pub(super) struct Arguments<'a> {
    call: &'static str,
    given: &'a Kwargs,
}

impl<'a> Arguments<'a> {
    /// The arguments given to `call`.
    pub(super) fn new(call: &'static str, given: &'a Kwargs) -> Self {
        Self { call, given }
    }

    /// The value of an argument; nothing counts as not given.
    pub(super) fn value(&self, name: &str) -> Result<Option<Value>, Fault> {
        let given = self.given.iter().find(|(key, _)| key.as_str() == Some(name)).map(|(_, value)| value);
        match given {
            Some(value) if value.is_undefined() => {
                Err(Fault::new(format!("the value of `{name}` for `{}` is not defined", self.call)))
            }
            Some(value) if !value.is_none() => Ok(Some(value.clone())),
            Some(_) | None => Ok(None),
        }
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Fault> {
        self.taken(name, "a text", |value| value.as_str().map(str::to_owned))
    }

    /// A text that has to be there.
    pub(super) fn needed(&self, name: &str) -> Result<String, Fault> {
        self.text(name)?
            .ok_or_else(|| Fault::new(format!("`{}` needs `{name}`", self.call)).hint(format!("write `{name}=\"…\"`")))
    }

    /// A number of things.
    pub(super) fn count(&self, name: &str) -> Result<Option<usize>, Fault> {
        self.taken(name, "a whole number", |value| value.as_u64().and_then(|count| usize::try_from(count).ok()))
    }

    /// `true` or `false`; false if it is not given.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Fault> {
        Ok(self.taken(name, "`true` or `false`", Value::as_bool)?.unwrap_or_default())
    }

    fn taken<T>(&self, name: &str, wanted: &str, take: impl Fn(&Value) -> Option<T>) -> Result<Option<T>, Fault> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let found = kind(&value);
        let wrong = || Fault::new(format!("`{name}` of `{}` is {wanted}, not {found}", self.call));
        take(&value).map(Some).ok_or_else(wrong)
    }
}
