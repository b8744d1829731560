/** What the hub endpoints answer. Optional keys may be absent; everything under `linkyard` is our own extension. */

export interface Settings {
  enabled_features: string[];
  existing_account_id?: string;
}

export interface Integration {
  active: boolean;
  name: string;
  provider: string;
  version: string;
  type: string;
  integration_id: string;
  logo_url?: string | null;
}

export interface ConnectorList {
  integrations: Integration[];
  external_trigger_token?: string;
}

export interface FieldOption {
  label: string;
  value: string;
}

export interface Field {
  key: string;
  type?: string;
  label?: string;
  placeholder?: string | null;
  description?: string | null;
  tooltip?: string | null;
  guide?: { description?: string | null; tooltip?: string | null } | null;
  required?: boolean;
  readOnly?: boolean;
  secret?: boolean;
  value?: string | number | null;
  options?: FieldOption[] | null;
  validation?: { type: string; pattern: string; error?: string } | null;
  display?: boolean;
}

export interface ConfigNotice {
  key: string;
  type: 'warning' | 'info';
  description: string;
  position?: 'top' | 'bottom';
  anchor?: string;
}

export interface ConnectorConfig {
  key: string;
  name: string;
  type: 'oauth2' | 'custom';
  grantType?: string | null;
  configFields: Field[];
  configNotices?: ConfigNotice[];
  assets?: { icon?: string | null } | null;
  support?: { link?: string | null; description?: string | null } | null;
}

export interface Scope {
  name: string;
  description: string;
  actions: string[];
}

export interface GuideStep {
  title: string;
  content: string;
  list?: string[];
  scopes?: Scope[];
}

export interface GuideSection extends GuideStep {
  steps?: GuideStep[];
}

export interface Guide {
  title: string;
  warning?: string | null;
  sections: GuideSection[];
}

export interface ConnectorDetail {
  config: ConnectorConfig;
  linkyard?: { guide?: Guide | null; scopes?: Scope[] } | null;
}

export interface AccountDetail {
  secureId: string;
  provider: string;
  integrationId: string;
  version: string;
  setupInformation?: Record<string, string> | null;
  secrets?: Record<string, string> | null;
}

export interface MissingScope extends Scope {
  how: string;
}

export interface LinkedAccountView {
  id: string;
  provider: string;
  provider_name?: string | null;
  label?: string | null;
  origin_owner_name?: string | null;
}

export interface LinkAnswer {
  id: string;
  provider: string;
  linkyard?: {
    account: LinkedAccountView;
    granted_scopes?: string[];
    missing_scopes?: MissingScope[];
  } | null;
}

export interface LinkRequest {
  integration_id: string;
  credentials: Record<string, string>;
}

export interface Attempt {
  status: string;
  account: { id: string } | null;
  error: { code: string; description: string | null } | null;
}
