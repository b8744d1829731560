//! The texts that open something: API keys, session tokens, log-in codes. Each has a prefix that says what it is, enough
//! randomness, and a checksum, so that a mistyped one is refused without a query and scanners can find leaked ones.

use linkyard_core::Random;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 43 characters of 62 are 256 bits.
const RANDOM_CHARS: usize = 43;
const CHECKSUM_CHARS: usize = 6;

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// The platform API, for one project.
    ApiKey,
    /// The hub, for one end user.
    ConnectSession,
    /// The dashboard, once.
    LoginCode,
    /// The dashboard, for one browser.
    DashboardSession,
}

impl TokenKind {
    /// What the token starts with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ApiKey => "lyk_",
            Self::ConnectSession => "lys_",
            Self::LoginCode => "lyl_",
            Self::DashboardSession => "lyd_",
        }
    }

    /// The domain in which the token is hashed, so that a token of one kind never stands for another.
    pub(crate) const fn domain(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::ConnectSession => "connect_session",
            Self::LoginCode => "login_code",
            Self::DashboardSession => "dashboard_session",
        }
    }
}

/// Makes a token: prefix, 43 random characters `[0-9A-Za-z]`, 6 characters of checksum.
pub fn generate(kind: TokenKind, random: &dyn Random) -> String {
    let mut text = String::with_capacity(4 + RANDOM_CHARS + CHECKSUM_CHARS);
    text.push_str(kind.prefix());
    let mut byte = [0_u8; 1];
    let mut made = 0;
    while made < RANDOM_CHARS {
        random.fill(&mut byte);
        // 248 is the greatest multiple of 62 in a byte: beyond it the characters would not be equally likely.
        if byte[0] < 248 {
            text.push(char::from(BASE62[usize::from(byte[0] % 62)]));
            made += 1;
        }
    }
    let sum = checksum(&text);
    text.push_str(&sum);
    text
}

/// Whether `text` has the form of a token of this kind: prefix, length, characters, checksum. Asks no database.
pub fn is_well_formed(kind: TokenKind, text: &str) -> bool {
    let length = kind.prefix().len() + RANDOM_CHARS + CHECKSUM_CHARS;
    if text.len() != length || !text.is_ascii() || !text.starts_with(kind.prefix()) {
        return false;
    }
    let (body, sum) = text.split_at(length - CHECKSUM_CHARS);
    checksum(body) == sum
}

fn checksum(body: &str) -> String {
    let mut rest = u64::from(crc32fast::hash(body.as_bytes()));
    let mut chars = [b'0'; CHECKSUM_CHARS];
    for place in chars.iter_mut().rev() {
        *place = BASE62[usize::try_from(rest % 62).unwrap_or_default()];
        rest /= 62;
    }
    chars.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use linkyard_core::SystemRandom;

    #[test]
    fn key_1_a_token_is_recognised_and_any_changed_character_is_noticed() {
        let token = generate(TokenKind::ApiKey, &SystemRandom);
        assert!(is_well_formed(TokenKind::ApiKey, &token));
        assert!(!is_well_formed(TokenKind::ConnectSession, &token));
        for place in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[place] = if bytes[place] == b'a' { b'b' } else { b'a' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(!is_well_formed(TokenKind::ApiKey, &changed), "{place}");
        }
    }

    #[test]
    fn key_1_a_text_of_another_form_is_refused() {
        for text in ["", "lyk_", "lyk_é", &"a".repeat(53), "Bearer x"] {
            assert!(!is_well_formed(TokenKind::ApiKey, text), "{text:?}");
        }
    }
}
