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
    pub(super) fn value(&self, name: &str) -> Result<Option<&'a Value>, Fault> {
        let given = self.given.iter().find(|(key, _)| key.as_str() == Some(name)).map(|(_, value)| value);
        match given {
            Some(value) if value.is_undefined() => {
                let message = format!("the value of `{name}` for `{}` is not defined", self.call);
                Err(Fault::new(message).hint("look at how its name is written, or test it first with `{% if %}`"))
            }
            given => Ok(given.filter(|value| !value.is_none())),
        }
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Fault> {
        self.taken(name, "a text", Value::as_str)
    }

    /// A text that has to be there.
    pub(super) fn needed(&self, name: &str) -> Result<&'a str, Fault> {
        self.text(name)?
            .ok_or_else(|| Fault::new(format!("`{}` needs `{name}`", self.call)).hint(format!("write `{name}=\"…\"`")))
    }

    /// A number of things.
    pub(super) fn count(&self, name: &str) -> Result<Option<usize>, Fault> {
        self.taken(name, "a whole number from 0", |value| value.as_u64().and_then(|count| usize::try_from(count).ok()))
    }

    /// `true` or `false`; false if it is not given.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Fault> {
        Ok(self.taken(name, "`true` or `false`", Value::as_bool)?.unwrap_or_default())
    }

    fn taken<T>(&self, name: &str, wanted: &str, take: impl Fn(&'a Value) -> Option<T>) -> Result<Option<T>, Fault> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let wrong = || {
            let found = match value.is_number() {
                true => format!("`{value}`"),
                false => kind(value).to_owned(),
            };
            let message = format!("`{name}` of `{}` has to be {wanted}, not {found}", self.call);
            Fault::new(message).hint(match wanted {
                "a text" => format!("write it in quotes: `{name}=\"…\"`"),
                "a whole number from 0" => format!("write it without quotes: `{name}=3`"),
                _ => format!("write `{name}=true`"),
            })
        };
        take(value).map(Some).ok_or_else(wrong)
    }
}
