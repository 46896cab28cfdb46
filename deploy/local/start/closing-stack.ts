/** What was opened, to be closed in the opposite order, whatever happened in between. */
export class ClosingStack {
  private readonly closers: { readonly what: string; readonly close: () => Promise<void> | void }[] = [];

  push(what: string, close: () => Promise<void> | void): void {
    this.closers.push({ what, close });
  }

  /** Closes everything. One part that does not close keeps no other from closing. @returns what went wrong. */
  async closeAll(onClose: (what: string) => void = () => undefined): Promise<string[]> {
    const failures: string[] = [];
    for (let next = this.closers.pop(); next !== undefined; next = this.closers.pop()) {
      onClose(next.what);
      try {
        await next.close();
      } catch (error) {
        failures.push(`${next.what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return failures;
  }
}
