//! Where a sealed value belongs.

/// The place of a sealed value. It opens with the same place only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The organization's number as text; empty for the installation's own secrets.
    pub organization: &'a str,
    /// The project.
    pub project: &'a str,
    /// The environment.
    pub environment: &'a str,
    /// The row, such as the account's id.
    pub row: &'a str,
}

impl Binding<'_> {
    /// The data that is authenticated beside the content. Every part has its length before it, so that no two places
    /// give the same bytes.
    pub(crate) fn associated_data(&self, format: u8, purpose: &str, key_id: &str) -> Vec<u8> {
        let parts = [
            purpose,
            self.table,
            self.column,
            self.organization,
            self.project,
            self.environment,
            self.row,
            key_id,
        ];
        let mut data = vec![format];
        for part in parts {
            data.extend_from_slice(&(part.len() as u64).to_be_bytes());
            data.extend_from_slice(part.as_bytes());
        }
        data
    }
}
