//! Opening a bucket that speaks the S3 protocol: Amazon's, R2, MinIO and others.

use super::carrier::Carrier;
use super::{BucketFault, Objects};
use crate::world::{Secret, Token, Web, variable};
use object_store::CredentialProvider;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, AwsCredential};
use object_store::{BackoffConfig, RetryConfig};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// Which bucket, or which folder of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketPlace {
    /// The address of the service; none for Amazon's own.
    pub service: Option<String>,
    /// The name of the bucket.
    pub bucket: String,
    /// The folder in it; may be empty.
    pub folder: String,
    /// The region; none for what the environment says, or the usual one.
    pub region: Option<String>,
}

/// Who may open it.
#[derive(Clone)]
pub enum Keys {
    /// `KEY_ID:SECRET` or `KEY_ID:SECRET:SESSION`, fetched anew for every request, so that renewed ones are taken.
    Kept(Arc<Token>),
    /// What the environment of Amazon's own tools says: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or a role.
    Environment,
}

impl BucketPlace {
    /// Reads `s3://bucket/folder`, or the same without `s3://`.
    pub fn parse(text: &str, service: Option<&str>) -> Result<Self, BucketFault> {
        let named = text.strip_prefix("s3://").unwrap_or(text);
        let (bucket, folder) = named.split_once('/').unwrap_or((named, ""));
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_');
        if !(3..=63).contains(&bucket.len()) || !bucket.bytes().all(fits) {
            return Err(BucketFault::NoBucket(format!("`{bucket}` cannot be the name of one")));
        }
        let service = service.map(|service| service.trim_end_matches('/').to_owned());
        Ok(Self { service, bucket: bucket.to_owned(), folder: folder.trim_matches('/').to_owned(), region: None })
    }

    /// The address that all requests go to.
    pub fn address(&self) -> String {
        self.service.clone().unwrap_or_else(|| format!("https://s3.{}.amazonaws.com", self.region()))
    }

    /// Opens it; nothing is sent yet.
    pub fn open(&self, keys: &Keys, web: Arc<dyn Web>) -> Result<Objects, BucketFault> {
        let unfit = |error: object_store::Error| BucketFault::NoBucket(error.to_string());
        let builder = match keys {
            Keys::Kept(token) => AmazonS3Builder::new().with_credentials(Arc::new(Kept(token.clone()))),
            Keys::Environment => from_environment()?,
        };
        let store = builder
            .with_bucket_name(&self.bucket)
            .with_endpoint(self.address())
            .with_region(self.region())
            .with_allow_http(true)
            .with_http_connector(Carrier(web))
            // One request, one object: what every service understands.
            .with_disable_bulk_delete(true)
            .with_retry(once())
            .build()
            .map_err(unfit)?;
        Objects::new(Arc::new(store), &self.folder)
    }

    /// Services that have no regions call theirs `auto`.
    fn region(&self) -> String {
        let named = self.region.clone().or_else(|| variable("AWS_REGION")).or_else(|| variable("AWS_DEFAULT_REGION"));
        let usual = if self.service.is_some() { "auto" } else { "us-east-1" };
        named.unwrap_or_else(|| usual.to_owned())
    }
}

/// Whoever carries the requests repeats them.
pub(super) fn once() -> RetryConfig {
    RetryConfig { max_retries: 0, retry_timeout: Duration::ZERO, backoff: BackoffConfig::default() }
}

/// What is taken from the environment is who may enter; where to is said in `sites.toml`.
const TAKEN: [(&str, AmazonS3ConfigKey); 10] = [
    ("AWS_ACCESS_KEY_ID", AmazonS3ConfigKey::AccessKeyId),
    ("AWS_SECRET_ACCESS_KEY", AmazonS3ConfigKey::SecretAccessKey),
    ("AWS_SESSION_TOKEN", AmazonS3ConfigKey::Token),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", AmazonS3ConfigKey::WebIdentityTokenFile),
    ("AWS_ROLE_ARN", AmazonS3ConfigKey::RoleArn),
    ("AWS_ROLE_SESSION_NAME", AmazonS3ConfigKey::RoleSessionName),
    ("AWS_ENDPOINT_URL_STS", AmazonS3ConfigKey::StsEndpoint),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", AmazonS3ConfigKey::ContainerCredentialsRelativeUri),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", AmazonS3ConfigKey::ContainerCredentialsFullUri),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", AmazonS3ConfigKey::ContainerAuthorizationTokenFile),
];

/// Any of these is a way in. Without one, the address at which clouds tell their own machines would be asked; elsewhere it answers
/// after minutes or never.
const WAYS_IN: [&str; 4] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

fn from_environment() -> Result<AmazonS3Builder, BucketFault> {
    if WAYS_IN.iter().all(|name| variable(name).is_none()) {
        let missing = "neither `AWS_ACCESS_KEY_ID` with `AWS_SECRET_ACCESS_KEY` nor a role is set in the environment";
        return Err(BucketFault::Refused(missing.to_owned()));
    }
    let found = TAKEN.into_iter().filter_map(|(name, key)| Some((key, variable(name)?)));
    Ok(found.fold(AmazonS3Builder::new(), |builder, (key, value)| builder.with_config(key, value)))
}

/// Keys that are fetched when they are needed.
struct Kept(Arc<Token>);

impl CredentialProvider for Kept {
    type Credential = AwsCredential;

    fn get_credential<'a, 'b>(
        &'a self,
    ) -> Pin<Box<dyn Future<Output = object_store::Result<Arc<AwsCredential>>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        let keys = self.0.secret().map_err(BucketFault::from).and_then(|secret| split(&secret));
        let generic = |fault: BucketFault| object_store::Error::Generic { store: "S3", source: Box::new(fault) };
        Box::pin(async move { keys.map(Arc::new).map_err(generic) })
    }
}

fn split(secret: &Secret) -> Result<AwsCredential, BucketFault> {
    let mut parts = secret.reveal().splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(id), Some(key), session) if !id.is_empty() && !key.is_empty() => {
            Ok(AwsCredential { key_id: id.to_owned(), secret_key: key.to_owned(), token: session.map(str::to_owned) })
        }
        _ => Err(BucketFault::Refused("the token is not of the form KEY_ID:SECRET".to_owned())),
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "keys kept by {}", self.0.keeper())
    }
}
