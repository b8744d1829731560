export interface Session {
  project_id: string;
  project_name: string;
  development: boolean;
}

export interface Account {
  id: string;
  provider: string;
  provider_name: string | null;
  status: string;
  status_reasons?: { code?: string; description?: string; timestamp: string }[] | null;
  origin_owner_id: string;
  origin_owner_name: string;
  label: string | null;
  type: string | null;
  granted_scopes: string[];
  missing_scopes: string[];
  connected_at: string;
}

export interface AccountPage {
  data: Account[];
  total: number;
}

export interface AccountQuery {
  status: string;
  search: string;
  page: number;
  page_size: number;
}

export interface ConnectRequest {
  origin_owner_id: string;
  origin_owner_name: string;
  provider?: string;
  account_id?: string;
}

export interface ConnectSession {
  token: string;
  auth_link_url: string;
}
