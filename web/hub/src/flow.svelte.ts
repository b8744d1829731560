import { HubClient } from './api/client.ts';
import { EXPIRED_MESSAGE, HubError } from './api/errors.ts';
import type { AccountDetail, ConnectorDetail, Integration, LinkAnswer } from './api/wire.ts';
import { credentials, prefill, usesPopup, type Prefill, type Values } from './form/fields.ts';
import { signIn } from './form/popup.ts';

/** What the element was told from outside. */
export interface Inputs {
  token: string;
  baseUrl: string;
  accountId: string;
}

/** What the person reads when something did not work. */
export interface Problem {
  message: string;
  detail: string | null;
  lines: readonly string[];
}

/** The form of one connector, ready to be shown. */
export interface Form {
  integration: Pick<Integration, 'integration_id' | 'provider' | 'logo_url'>;
  detail: ConnectorDetail;
  prefill: Prefill;
  /** The account that is edited; null links a new one. */
  accountId: string | null;
}

export type View =
  | { kind: 'loading' }
  | { kind: 'picker' }
  | { kind: 'form'; form: Form }
  | { kind: 'linked'; form: Form; answer: LinkAnswer }
  | { kind: 'stopped'; problem: Problem; retry: boolean };

/** Called once an account is linked or changed. */
export type OnLinked = (account: { id: string; provider: string }) => void;

/** One run through linking, for one token: what is shown, and what each click does. */
export class Flow {
  view = $state.raw<View>({ kind: 'loading' });
  integrations = $state.raw<Integration[]>([]);
  problem = $state.raw<Problem | null>(null);
  busy = $state.raw(false);
  /** Set while the provider's window is open: ends the wait for it. */
  cancelSignIn = $state.raw<(() => void) | null>(null);

  private readonly gone = new AbortController();
  private readonly client: HubClient;
  private triggerToken: string | undefined;

  constructor(
    private readonly inputs: Inputs,
    private readonly onLinked: OnLinked,
  ) {
    this.client = new HubClient({ baseUrl: inputs.baseUrl, token: inputs.token, signal: this.gone.signal });
  }

  get canGoBack(): boolean {
    return this.integrations.length > 1;
  }

  /** Loads what is needed and shows the picker, or straight the form. */
  async start(): Promise<void> {
    this.view = { kind: 'loading' };
    if (!this.inputs.token) return this.stop({ message: 'No link token was given.', detail: EXPIRED_MESSAGE, lines: [] }, false);
    await this.guarded(async () => {
      const [settings, list] = await Promise.all([this.client.settings(), this.client.connectors()]);
      this.triggerToken = list.external_trigger_token;
      const editing = this.inputs.accountId || settings.existing_account_id;
      if (editing) return this.openAccount(editing);
      this.integrations = list.integrations.filter((item) => item.active && item.name !== '');
      const [only, ...others] = this.integrations;
      if (only && others.length === 0) return this.openConnector(only);
      this.view = { kind: 'picker' };
    });
  }

  /** Opens the form of a connector picked from the list. */
  async pick(integration: Integration): Promise<void> {
    this.view = { kind: 'loading' };
    await this.guarded(() => this.openConnector(integration));
  }

  back(): void {
    this.problem = null;
    this.view = { kind: 'picker' };
  }

  /** Opens the form again for an account that was just linked, to give it another token. */
  async edit(accountId: string): Promise<void> {
    this.view = { kind: 'loading' };
    await this.guarded(() => this.openAccount(accountId));
  }

  /** Sends the form; the values were checked before. */
  async submit(form: Form, values: Values): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      const { detail } = form;
      const given = credentials(detail.config.configFields, values);
      const answer = usesPopup(detail.config) ? await this.throughPopup(form, given) : await this.save(form, given);
      if (answer && !this.gone.signal.aborted) this.finish(form, answer);
    } catch (error) {
      this.show(error);
    } finally {
      this.busy = false;
    }
  }

  /** Ends everything that is under way; nothing is shown or reported after it. */
  dispose(): void {
    this.cancelSignIn?.();
    this.gone.abort();
  }

  private async openAccount(id: string): Promise<void> {
    const account = await this.client.account(id);
    const list = await this.client.connectors(account.provider);
    const found = list.integrations.find((item) => item.integration_id === account.integrationId);
    this.triggerToken ??= list.external_trigger_token;
    await this.openForm(found ?? { integration_id: account.integrationId, provider: account.provider }, account);
  }

  private openConnector(integration: Integration): Promise<void> {
    return this.openForm(integration, null);
  }

  private async openForm(integration: Form['integration'], account: AccountDetail | null): Promise<void> {
    const detail = await this.client.connector(integration.integration_id);
    const start = prefill(detail.config.configFields, account, this.triggerToken);
    this.problem = null;
    this.view = { kind: 'form', form: { integration, detail, prefill: start, accountId: account?.secureId ?? null } };
  }

  private save(form: Form, given: Values): Promise<LinkAnswer> {
    const body = { integration_id: form.integration.integration_id, credentials: given };
    if (form.accountId === null) return this.client.link(body);
    return this.client.relink(form.accountId, form.integration.provider, body);
  }

  private async throughPopup(form: Form, fields: Values): Promise<LinkAnswer | null> {
    const cancel = new AbortController();
    this.cancelSignIn = () => cancel.abort();
    try {
      const integrationId = form.integration.integration_id;
      const end = await signIn({ client: this.client, integrationId, fields, signal: cancel.signal });
      if (end.kind === 'failed') this.problem = { message: end.message, detail: end.detail, lines: [] };
      return end.kind === 'linked' ? { id: end.accountId, provider: form.integration.provider } : null;
    } finally {
      this.cancelSignIn = null;
    }
  }

  private finish(form: Form, answer: LinkAnswer): void {
    this.view = { kind: 'linked', form, answer };
    this.onLinked({ id: answer.id, provider: answer.provider });
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.gone.signal.aborted) this.stop(problemOf(error), error instanceof HubError && error.kind !== 'expired');
    }
  }

  private show(error: unknown): void {
    if (this.gone.signal.aborted) return;
    if (error instanceof HubError && error.kind === 'expired') this.stop(problemOf(error), false);
    else this.problem = problemOf(error);
  }

  private stop(problem: Problem, retry: boolean): void {
    this.view = { kind: 'stopped', problem, retry };
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof HubError) return { message: error.message, detail: error.detail, lines: error.lines };
  return { message: 'Something went wrong in this page.', detail: error instanceof Error ? error.message : null, lines: [] };
}
