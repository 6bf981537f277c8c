//! Texts that have to mean something.

use super::names::{Names, Shelf};
use crate::diag::{Code, list, nearest};
use crate::model::{BaseUrl, BaseUrlFault, DeployWindow, Language, OutPath, PathFault, Program, SiteId, WindowFault};
use toml::de::DeTable;

/// What stands in the place of an address if there is to be none.
pub(super) const OFF: &str = "off";

/// What a text has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// An edition that this version knows.
    Edition,
    /// A site's id.
    SiteId,
    /// A language tag.
    Language,
    /// The name of a time zone.
    Zone,
    /// A host name.
    Domain,
    /// An address that starts with `https://` or `http://`.
    Address,
    /// An address, or `off`.
    AddressOrOff,
    /// An address of each preview of each site.
    Previews,
    /// An address that everyone may know.
    OpenAddress,
    /// A folder of the repository.
    Folder,
    /// A file of the repository.
    File,
    /// The name of an environment variable.
    Variable,
    /// A theme that exists.
    Theme,
    /// A content layer that exists.
    Layer,
    /// A group that exists.
    Group,
    /// A target that exists.
    Target,
    /// A time of the day.
    Window,
    /// Where jobs get the program from.
    Program,
}

/// Why a text does not mean what it has to.
pub(super) struct WordFault {
    pub code: Code,
    pub message: String,
    pub hint: String,
}

impl WordFault {
    fn new(code: Code, message: String, hint: impl Into<String>) -> Self {
        Self { code, message, hint: hint.into() }
    }
}

/// The only edition so far.
pub(super) const EDITION: &str = "2026";

impl Word {
    /// Why `text` is not such a word, if it is not.
    pub(super) fn fault(self, text: &str, names: &Names<'_>) -> Option<WordFault> {
        match self {
            Self::Edition => edition(text),
            Self::SiteId => site_id(text),
            Self::Language => language(text),
            Self::Zone => zone(text),
            Self::Domain => domain(text),
            Self::Address => address(text),
            Self::AddressOrOff => (text != OFF).then(|| address(text)).flatten(),
            Self::Previews => previews(text),
            Self::OpenAddress => open_address(text),
            Self::Folder | Self::File => path(text),
            Self::Variable => variable(text),
            Self::Theme => on_shelf(text, "theme", &names.themes),
            Self::Layer => on_shelf(text, "content layer", &names.layers),
            Self::Group => in_file(text, "group", names.groups),
            Self::Target => in_file(text, "target", names.targets),
            Self::Window => window(text),
            Self::Program => program(text),
        }
    }
}

fn edition(text: &str) -> Option<WordFault> {
    let fault = || {
        let hint = format!("this version knows `{EDITION}`; a newer edition needs a newer version of hectare");
        WordFault::new(Code::WrongType, format!("edition `{text}` is not known"), hint)
    };
    (text != EDITION).then(fault)
}

fn site_id(text: &str) -> Option<WordFault> {
    let fault = SiteId::parse(text).err()?;
    let hint = match SiteId::parse(&tamed(text)) {
        Ok(id) => format!("`{id}` would do"),
        Err(_) => "write 1 to 63 characters of a-z, 0-9 and -".to_owned(),
    };
    Some(WordFault::new(Code::BadSiteId, format!("`{text}` cannot be the id of a site: {fault}"), hint))
}

/// The id that a person probably had in mind.
fn tamed(text: &str) -> String {
    let lower = text.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

fn language(text: &str) -> Option<WordFault> {
    let fault = || {
        let hint = "write a tag such as `en`, `de` or `de-AT`";
        WordFault::new(Code::WrongType, format!("`{text}` is not the tag of a language"), hint)
    };
    Language::parse(text).is_none().then(fault)
}

fn zone(text: &str) -> Option<WordFault> {
    if jiff::tz::TimeZone::get(text).is_ok() {
        return None;
    }
    let zones: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let hint = match nearest(text, zones.iter().map(String::as_str)) {
        Some(zone) => format!("did you mean `{zone}`?"),
        None => "write a name such as `Europe/Berlin` or `UTC`".to_owned(),
    };
    Some(WordFault::new(Code::WrongType, format!("there is no time zone `{text}`"), hint))
}

fn window(text: &str) -> Option<WordFault> {
    let fault = DeployWindow::parse(text).err()?;
    let why = match fault {
        WindowFault::Shape => "it is not two times and a time zone",
        WindowFault::Time => "one of its times is none",
        WindowFault::Zone => "there is no such time zone",
        WindowFault::Empty => "it ends when it begins, so it would never be open",
    };
    let hint = "write it like `02:00-04:00 Europe/Berlin`";
    Some(WordFault::new(Code::WrongType, format!("`{text}` is no deploy window: {why}"), hint))
}

fn domain(text: &str) -> Option<WordFault> {
    if text.contains("://") || text.contains('/') {
        let message = format!("`{text}` is more than a domain");
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let hint = match host_meant(host).filter(|_| path.is_empty()) {
            Some(host) => format!("write `domain = \"{host}\"`"),
            None => "write `base_url` for a whole address, `domain` for a host name".to_owned(),
        };
        return Some(WordFault::new(Code::BadAddress, message, hint));
    }
    let fault = BaseUrl::parse(&format!("https://{text}")).err()?;
    Some(bad_address(text, "a domain", fault))
}

fn address(text: &str) -> Option<WordFault> {
    BaseUrl::parse(text).err().map(|fault| bad_address(text, "an address", fault))
}

/// Sites link to their own pages from the root of their address, so that each preview needs a host name of its own.
fn previews(text: &str) -> Option<WordFault> {
    let host = text.split_once("://").map_or(text, |(_, rest)| rest).split('/').next().unwrap_or_default();
    let Some(lacking) = ["{site}", "{preview}"].into_iter().find(|place| !host.contains(place)) else {
        return address(&text.replace("{site}", "s").replace("{preview}", "p"));
    };
    let message = format!("`{text}` is not an address of previews: its host name has no `{lacking}`");
    let hint = "write it like `https://{site}--{preview}.example.com`";
    Some(WordFault::new(Code::BadAddress, message, hint))
}

/// Whoever knows the address of a chat may write there.
fn open_address(text: &str) -> Option<WordFault> {
    const CHATS: [&str; 3] = ["hooks.slack.com/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/"];
    if CHATS.iter().any(|chat| text.contains(chat)) {
        let message = "whoever knows this address may write into your chat".to_owned();
        let hint = "take it out, make a new one, and name the environment variable that holds it: `url_env = \"…\"`";
        return Some(WordFault::new(Code::SecretInFile, message, hint));
    }
    address(text)
}

fn bad_address(text: &str, wanted: &str, fault: BaseUrlFault) -> WordFault {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (&text[..scheme.len() + 3], rest));
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (why, hint) = match fault {
        BaseUrlFault::Scheme => (fault.to_string(), format!("did you mean `https://{text}`?")),
        BaseUrlFault::Tail => (fault.to_string(), "leave away everything from the first `?` or `#` on".to_owned()),
        BaseUrlFault::Host => match host_meant(host) {
            Some(meant) if meant.to_lowercase() == host.to_lowercase() => {
                ("host names are written in lower case".to_owned(), format!("write `{scheme}{meant}{path}`"))
            }
            Some(meant) => {
                let why = "letters beyond a-z have another form in host names".to_owned();
                (why, format!("write `{scheme}{meant}{path}`, which is the same name"))
            }
            None => (fault.to_string(), "write a host name such as `qmoney.de`".to_owned()),
        },
    };
    WordFault::new(Code::BadAddress, format!("`{text}` is not {wanted}: {why}"), hint)
}

/// The host name that `text` stands for, as machines know it.
fn host_meant(text: &str) -> Option<String> {
    let host = idna::domain_to_ascii(text).ok()?;
    BaseUrl::parse(&format!("https://{host}")).is_ok().then_some(host)
}

fn path(text: &str) -> Option<WordFault> {
    let hint = "write a path inside the repository, relative to `sites.toml`";
    let fault =
        |why: String| WordFault::new(Code::WrongType, format!("`{text}` cannot be used as a path: {why}"), hint);
    match OutPath::parse(text) {
        _ if text.starts_with('/') => Some(fault("it starts with a slash".to_owned())),
        Ok(_) => None,
        Err(PathFault::LeavesSite) => Some(fault("it leads out of the repository".to_owned())),
        Err(why) => Some(fault(why.to_string())),
    }
}

/// People paste the token itself where its variable should be named, so the message does not repeat the text.
fn program(text: &str) -> Option<WordFault> {
    let fault = || {
        let hint = "write `owner/name@tag` for a release at GitHub, or `.` for the source in this repository";
        WordFault::new(Code::WrongType, "this does not say where jobs get hectare from".to_owned(), hint)
    };
    Program::parse(text).is_none().then(fault)
}

fn variable(text: &str) -> Option<WordFault> {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let fault = || {
        let hint = "write a name in capitals, such as `CLOUDFLARE_API_TOKEN`, never the secret itself";
        WordFault::new(Code::SecretInFile, "this is not the name of an environment variable".to_owned(), hint)
    };
    (text.is_empty() || !text.bytes().all(fits)).then(fault)
}

fn on_shelf(text: &str, what: &str, shelf: &Shelf<'_>) -> Option<WordFault> {
    if shelf.holds(text) {
        return None;
    }
    if let Some(file) = shelf.obstacle(text) {
        let hint = "put the file elsewhere, and make a folder of that name";
        return Some(WordFault::new(Code::UnknownName, format!("`{file}` is a file, not a folder"), hint));
    }
    let message = format!("there is no {what} `{text}`");
    let hint = match nearest(text, shelf.names()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if shelf.names().next().is_none() => format!("make `{}`", shelf.path(text)),
        None => format!("make `{}`, or name one of {}", shelf.path(text), list(shelf.names())),
    };
    Some(WordFault::new(Code::UnknownName, message, hint))
}

fn in_file(text: &str, what: &str, table: Option<&DeTable<'_>>) -> Option<WordFault> {
    if table.is_some_and(|table| table.contains_key(text)) {
        return None;
    }
    let names = table.into_iter().flat_map(|table| table.keys().map(|key| key.get_ref().as_ref()));
    let hint = match nearest(text, names) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("add `[{what}s.{text}]`"),
    };
    Some(WordFault::new(Code::UnknownName, format!("there is no {what} `{text}`"), hint))
}
