//! How jobs of GitHub Actions work on the fleet, as `[ci]` in `sites.toml` says.

/// What is known of the jobs beyond what the fleet says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ci {
    /// Where jobs get hectare from; none if nobody said it.
    pub program: Option<Program>,
    /// The role at Amazon that jobs may take, so that no key is kept.
    pub role: Option<String>,
    /// The region of the bucket and of that role's session; none for what is usual.
    pub region: Option<String>,
    /// The address of the bucket's service; none for Amazon's own.
    pub endpoint: Option<String>,
    /// The environment at GitHub whose reviewers are asked for approvals.
    pub environment: String,
    /// The branch that is shipped.
    pub branch: String,
    /// The machines that jobs run on.
    pub runner: String,
    /// How many jobs of a matrix run at once.
    pub parallel: u64,
    /// How many sites a preview shows at most.
    pub previews: usize,
}

/// Where a job gets the program from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// It is compiled from the source that lies in the repository itself.
    Source,
    /// It is one of the releases of a repository at GitHub.
    Release {
        /// `owner/name`.
        repository: String,
        /// The release's tag.
        tag: String,
    },
}

impl Default for Ci {
    fn default() -> Self {
        Self {
            program: None,
            role: None,
            region: None,
            endpoint: None,
            environment: "production".to_owned(),
            branch: "main".to_owned(),
            runner: "ubuntu-latest".to_owned(),
            parallel: 10,
            previews: 20,
        }
    }
}

impl Program {
    /// Reads `.` or `owner/name@tag`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "." {
            return Some(Self::Source);
        }
        let (repository, tag) = text.split_once('@')?;
        let (owner, name) = repository.split_once('/')?;
        let fits = |part: &str| {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            part.starts_with(|first: char| first.is_ascii_alphanumeric()) && part.bytes().all(is_plain)
        };
        let is_whole = [owner, name, tag].into_iter().all(fits);
        is_whole.then(|| Self::Release { repository: repository.to_owned(), tag: tag.to_owned() })
    }
}
