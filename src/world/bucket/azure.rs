//! Opening a container of Azure's Blob Storage.

use super::carrier::Carrier;
use super::s3::once;
use super::{BucketFault, Objects};
use crate::world::{Web, variable};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use std::sync::Arc;

/// Which container, or which folder of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerPlace {
    /// The name of the container.
    pub container: String,
    /// The folder in it; may be empty.
    pub folder: String,
}

/// What Azure's own tools take from the environment.
const TAKEN: [(&str, AzureConfigKey); 8] = [
    ("AZURE_STORAGE_ACCOUNT", AzureConfigKey::AccountName),
    ("AZURE_STORAGE_KEY", AzureConfigKey::AccessKey),
    ("AZURE_STORAGE_SAS_TOKEN", AzureConfigKey::SasKey),
    ("AZURE_CLIENT_ID", AzureConfigKey::ClientId),
    ("AZURE_CLIENT_SECRET", AzureConfigKey::ClientSecret),
    ("AZURE_TENANT_ID", AzureConfigKey::AuthorityId),
    ("AZURE_FEDERATED_TOKEN_FILE", AzureConfigKey::FederatedTokenFile),
    ("AZURE_STORAGE_SERVICE_ENDPOINT", AzureConfigKey::Endpoint),
];

/// Any of these is a way in, the last two as parts of an identity. Without one, the address at which Azure tells its own machines would be asked.
const WAYS_IN: [&str; 4] =
    ["AZURE_STORAGE_KEY", "AZURE_STORAGE_SAS_TOKEN", "AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE"];

impl ContainerPlace {
    /// Reads `az://container/folder`.
    pub fn parse(text: &str) -> Result<Self, BucketFault> {
        let named = text.strip_prefix("az://").unwrap_or(text);
        let (container, folder) = named.split_once('/').unwrap_or((named, ""));
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(3..=63).contains(&container.len()) || !container.bytes().all(fits) || container.contains("--") {
            return Err(BucketFault::NoBucket(format!("`{container}` cannot be the name of a container")));
        }
        Ok(Self { container: container.to_owned(), folder: folder.trim_matches('/').to_owned() })
    }

    /// Opens it with what the environment says; nothing is sent yet.
    pub fn open(&self, web: Arc<dyn Web>) -> Result<Objects, BucketFault> {
        let missing = |said: &str| Err(BucketFault::Refused(format!("{said} set in the environment")));
        let lacks = |name: &str| variable(name).is_none();
        if lacks("AZURE_STORAGE_ACCOUNT") {
            return missing("`AZURE_STORAGE_ACCOUNT`, the name of the storage account, is not");
        }
        if WAYS_IN.iter().all(|name| lacks(name)) {
            return missing("neither `AZURE_STORAGE_KEY` nor `AZURE_STORAGE_SAS_TOKEN` nor an identity is");
        }
        let is_identity = WAYS_IN[..2].iter().all(|name| lacks(name));
        let parts = ["AZURE_CLIENT_ID", "AZURE_TENANT_ID"];
        if let Some(part) = parts.iter().find(|part| is_identity && lacks(part)) {
            return missing(&format!("`{part}`, a part of the identity, is not"));
        }
        let found = TAKEN.into_iter().filter_map(|(name, key)| Some((key, variable(name)?)));
        let builder = found.fold(MicrosoftAzureBuilder::new(), |builder, (key, value)| builder.with_config(key, value));
        let store = builder
            .with_container_name(&self.container)
            .with_allow_http(true)
            .with_http_connector(Carrier(web))
            .with_retry(once())
            .build()
            .map_err(|error| BucketFault::Refused(error.to_string()))?;
        Objects::new(Arc::new(store), &self.folder)
    }
}
