/** What somebody who only asks and pays knows for certain, in cents; it believes nothing that the service says of itself. */
export class AdmissionAccount {
  private readonly credited = new Map<string, number>();
  private readonly admitted = new Map<string, number>();
  private readonly faults: string[] = [];
  private admissions = 0;
  private refusals = 0;

  /** Before the credit is asked for: it may count from then on. */
  credit(organization: string, cents: number): void {
    this.credited.set(organization, this.creditedTo(organization) + cents);
  }

  /** Every admitted request will cost all of its hold, so that never more than the credits may be admitted. */
  admit(organization: string, cents: number): void {
    const sum = this.admittedTo(organization) + cents;
    this.admitted.set(organization, sum);
    this.admissions += 1;
    const credited = this.creditedTo(organization);
    if (sum > credited) this.faults.push(`${organization}: admitted ${sum} cents of ${credited}`);
  }

  refuse(): void {
    this.refusals += 1;
  }

  fault(description: string): void {
    this.faults.push(description);
  }

  /** What must be left once everything admitted was charged. */
  leftOf(organization: string): number {
    return this.creditedTo(organization) - this.admittedTo(organization);
  }

  get counts(): { readonly admissions: number; readonly refusals: number } {
    return { admissions: this.admissions, refusals: this.refusals };
  }

  get found(): readonly string[] {
    return this.faults;
  }

  private creditedTo(organization: string): number {
    return this.credited.get(organization) ?? 0;
  }

  private admittedTo(organization: string): number {
    return this.admitted.get(organization) ?? 0;
  }
}
