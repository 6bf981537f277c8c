//! Filters that write dates and numbers as people of the site's language do.

use super::WHAT_IS_IT;
use crate::render::arguments::Arguments;
use crate::render::ask::Fault;
use crate::render::visit::Visit;
use crate::render::{locale, values};
use jiff::civil::{Date, DateTime, Time};
use tera::{State, Value};

/// A date as text.
pub(super) fn date(visit: &Visit, value: &Value, given: &Arguments<'_>, _: &State<'_>) -> Result<Value, Fault> {
    let moment = moment(value)?;
    let language = &visit.site().spec.language;
    let text = match given.text("format")? {
        None | Some("long") => locale::long_date(moment.date(), language),
        Some("short") => locale::short_date(moment.date(), language),
        Some("iso") => moment.date().to_string(),
        Some(pattern) if pattern.contains('%') => {
            locale::patterned_date(moment, pattern, language).map_err(|error| {
                Fault::new(format!("`{pattern}` is not a pattern for dates: {error}"))
                    .hint("a pattern is made of parts such as `%d.%m.%Y`")
            })?
        }
        Some(other) => {
            let hint = "write `long`, `short`, `iso` or a pattern such as `%d.%m.%Y`";
            return Err(Fault::new(format!("there is no date format `{other}`")).hint(hint));
        }
    };
    Ok(Value::from(text))
}

/// Reads `2026-03-01`, `2026-03-01T08:30:00` and the same with an offset, of which the local part counts.
fn moment(value: &Value) -> Result<DateTime, Fault> {
    let text = value.as_str().ok_or_else(|| {
        let fault = Fault::new(format!("`date` needs a date, not {}", values::kind(value)));
        if value.is_none() {
            fault.hint("test it first: `{% if page.date %}`")
        } else {
            fault.hint("dates are written `2026-03-01`")
        }
    })?;
    let local = text.get(..19).unwrap_or(text);
    let day = || text.get(..10)?.parse::<Date>().ok().map(|date| date.to_datetime(Time::midnight()));
    match text.len() {
        0..=10 => day(),
        _ => local.parse::<DateTime>().ok().or_else(day),
    }
    .ok_or_else(|| Fault::new(format!("`{text}` is not a date")).hint("dates are written `2026-03-01`"))
}

/// A number as text.
pub(super) fn number(visit: &Visit, value: &Value, given: &Arguments<'_>, _: &State<'_>) -> Result<Value, Fault> {
    const MOST_DECIMALS: usize = 20;
    let decimals = given.count("decimals")?.map(|decimals| decimals.min(MOST_DECIMALS));
    let read = value.as_str().and_then(|text| {
        let text = text.trim();
        text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<f64>().map(Value::from)).ok()
    });
    locale::number(read.as_ref().unwrap_or(value), decimals, &visit.site().spec.language)
        .map(Value::from)
        .ok_or_else(|| Fault::new(format!("`number` needs a number, not {}", values::kind(value))).hint(WHAT_IS_IT))
}
