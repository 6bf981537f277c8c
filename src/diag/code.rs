//! The registry of diagnostic codes. A code keeps its meaning for ever; `docs/diagnostics.md` is made from this table.

use std::fmt;

macro_rules! codes {
    ($($id:literal $name:ident $meaning:literal)*) => {
        /// A stable code: people search for it, scripts match on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $meaning] $name,)* }

        impl Code {
            /// All codes in order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as people see it: `H0101`.
            pub fn id(self) -> &'static str {
                match self { $(Code::$name => $id,)* }
            }

            /// What it means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$name => $meaning,)* }
            }
        }
    };
}

codes! {
    // 01: sites.toml and the tables it names.
    "H0101" ManifestSyntax "The file is not valid TOML."
    "H0102" UnknownKey "A key that hectare does not know."
    "H0103" WrongType "A value of the wrong type or outside its choices."
    "H0104" MissingKey "A key that has to be there is missing."
    "H0105" DuplicateSite "Two sites have the same id."
    "H0106" BadSiteId "A site's id is not made of a-z, 0-9 and hyphens."
    "H0107" BadAddress "A site's domain or base_url is not an address."
    "H0108" UnknownName "A name that refers to a group, theme, layer or target that does not exist."
    "H0109" BadTable "The CSV table that sites are read from cannot be used."
    "H0110" ManifestMissing "There is no sites.toml."
    "H0111" EmptySelection "The flags select no site."
    "H0112" BadFlag "A command line flag has a value that cannot be used."
    "H0113" SharedAddress "Two sites have the same address."
    "H0114" SecretInFile "A secret, or what looks like one, stands in sites.toml."
    "H0115" UnknownWord "A word of the command line that hectare does not know."

    // 02: content.
    "H0201" FrontMatterSyntax "The front matter is not valid TOML, YAML or JSON."
    "H0202" FrontMatterKey "A front matter key that hectare does not know."
    "H0203" FrontMatterType "A front matter value of the wrong type."
    "H0204" BadDate "A date that is not one."
    "H0205" NotUtf8 "A text file is not UTF-8."
    "H0206" BadDataFile "A data file is not valid TOML, YAML, JSON or CSV."
    "H0207" PagesFromData "Rows of a data file cannot be turned into pages."
    "H0208" BadPermalink "A permalink pattern uses a part that does not exist."
    "H0209" NoContent "A site has no content."
    "H0210" BadMenu "A menu leads to a page that does not exist, or is no address."
    "H0211" EarlyPage "A page is shown before its date."
    "H0212" IdlePermalink "A permalink pattern for a section that does not exist."

    // 03: Markdown.
    "H0301" DeadLink "A link to a page of the site that does not exist, or not at this time."
    "H0302" DeadAnchor "A link to a heading that does not exist."
    "H0303" DeadFile "A link or picture whose file does not exist."
    "H0304" NestedTooDeep "A text nests quotes, lists or elements too deeply."
    "H0305" BadShortcode "A shortcode that does not exist or is written wrongly."
    "H0306" BrokenLink "What looks like a link or a picture is text, because of a blank."

    // 04: themes and templates.
    "H0401" ThemeMissing "A theme that does not exist."
    "H0402" ThemeManifest "A theme.toml that cannot be used."
    "H0403" TemplateSyntax "A template that cannot be loaded."
    "H0404" TemplateMissing "A template that a page needs does not exist."
    "H0405" TemplateError "A template failed while it made a page."
    "H0406" TemplateLimit "A template made too much or took too long."
    "H0407" UnknownToken "A token that the theme does not have."
    "H0408" NoWords "A theme has no words in the language of a site."
    "H0409" BadToken "A token is set to something that it cannot be, or that visitors cannot read."

    // 05: assets.
    "H0501" BadStyle "A style sheet that cannot be read."
    "H0502" BadScript "A script that cannot be read."
    "H0503" BadImage "A picture that is not one, or is too large."
    "H0504" BadDocument "A JSON, SVG or XML file that cannot be read."
    "H0505" HeavyImage "A picture that visitors wait for."

    // 06: outputs.
    "H0601" PathClash "Two outputs want the same path."
    "H0602" BadPath "An output path that leaves the site or that no host can store."
    "H0603" BadRedirect "A redirect that hosts refuse or that leads nowhere."
    "H0604" BadHeader "A header rule that hosts refuse."
    "H0605" Guest "A page loads something from another host that its policy does not allow."

    // 07: files and folders.
    "H0701" Unreadable "A file or folder that cannot be read."
    "H0702" StrangeFile "A link, device or name that is not published."
    "H0703" TooLarge "A file larger than the limit."
    "H0704" CannotWrite "The output cannot be written."
    "H0705" ForeignFile "A file in the output that hectare did not make."
    "H0706" Locked "Another build of the same fleet is running."
    "H0707" CacheDropped "The cache could not be used, and everything is built anew."

    // 08: the preview.
    "H0801" CannotListen "The address of the preview cannot be listened at."

    // 09: hectare itself.
    "H0901" Bug "hectare did something wrong; please report it."
    "H0902" Differs "An output is not what a clean build makes of the same sources."

    // 10: shipping.
    "H1001" HostRefused "A host refuses the token, or does not let it do what is needed."
    "H1002" HostLacks "A project, account, bucket or deployment that does not exist at the host."
    "H1003" HostWall "A quota of the host is used up."
    "H1004" HostBusy "A host is in trouble or cannot be reached."
    "H1005" HostUnknown "An answer of the host was lost, so that nobody knows yet whether it did what it was asked."
    "H1006" HostRejected "A host does not take what it was given."
    "H1007" HostNonsense "A host gave an answer that makes no sense."
    "H1008" HostPending "A host name does not lead to its site yet."
    "H1010" LedgerDamaged "The ledger of what was shipped cannot be read or written."
    "H1011" LedgerVersion "The ledger was written by another version of hectare."
    "H1012" LedgerBusy "Someone else is shipping the same fleet."
    "H1013" StalePlan "A plan is not the plan of what is live and built now."
    "H1014" ApprovalNeeded "A plan needs an approval."
    "H1015" RunStopped "A rule of the fleet's policy stopped a run."
    "H1016" NotAnApprover "Someone approved who may not."
    "H1017" NoTarget "A site does not say where it is shipped to."
    "H1018" NothingToGoBackTo "There is no release to go back to."
    "H1019" ReleaseDamaged "A release that should be kept is damaged or gone."
    "H1020" SecretFound "An output holds what looks like a secret."
    "H1021" Unhealthy "A site does not show what it should after it went live."
    "H1022" Drift "A host shows something else than the ledger says."
    "H1023" StoreLost "What machines have in common cannot be read or written."
    "H1024" TakenBack "A release that someone took back is not shipped again."
    "H1025" StateLost "The ledger does not say any more what is live."

    // 11: telling others.
    "H1101" HookFailed "Someone who wanted to be told of a run could not be told."

    // 12: jobs of GitHub Actions.
    "H1201" WorkflowOutdated "A workflow is not what the fleet needs now."
    "H1202" JobsLack "Jobs would lack something that the fleet needs."
}

impl Code {
    /// The code that people see as `id`.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.id() == id)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}
