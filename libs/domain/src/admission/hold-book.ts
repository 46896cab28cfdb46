import { assert } from '../assert';
import { addAmounts, type Amount, subtractAmounts, ZERO_AMOUNT } from '../money/amount';
import type { Instant } from '../time/instant';
import { ExpiryWheel } from './expiry-wheel';
import { type Hold, type HoldKey, holdKeyText } from './hold';
import { addLeaked, type LeakedHolds, NOTHING_LEAKED } from './leaked-holds';

interface HeldRequest {
  open: number;
  /** Whether an attempt of it was counted: it then takes no slot of the allowance any more. */
  isCounted: boolean;
  /** Until its last hold would have expired: so long its settled attempts are told from new ones. */
  rememberedHolds: number;
}

interface BookedHold {
  readonly hold: Hold;
  state: 'open' | 'settled';
}

/**
 * The holds of one organization, with everything that a decision asks of them as a running sum, changed in place. No
 * operation looks through the holds: it costs the same with one open as with a hundred thousand.
 */
export class HoldBook {
  private readonly booked = new Map<string, BookedHold>();
  private readonly requests = new Map<string, HeldRequest>();
  private readonly byTeam = new Map<string | null, Amount>();
  private readonly wheel = new ExpiryWheel();
  private openSum: Amount = ZERO_AMOUNT;
  private slots = 0;
  private opened = 0;

  /** @param leakedHolds what had leaked before, so that a new beginning forgets none of it */
  constructor(private leakedHolds: LeakedHolds = NOTHING_LEAKED) {}

  /** What open holds have set aside. */
  get openAmount(): Amount {
    return this.openSum;
  }

  get openHolds(): number {
    return this.opened;
  }

  /** Requests that hold a slot of the allowance: admitted, and not counted yet. */
  get openRequests(): number {
    return this.slots;
  }

  get leaked(): LeakedHolds {
    return this.leakedHolds;
  }

  /** What is set aside for a team, or for what no team is named for. */
  openAmountOf(teamId: string | null): Amount {
    return this.byTeam.get(teamId) ?? ZERO_AMOUNT;
  }

  /** The same for everyone that something is set aside for. */
  listByTeam(): ReadonlyMap<string | null, Amount> {
    return new Map(this.byTeam);
  }

  /** The hold under a key that is open, or was settled before it would have expired; null otherwise. */
  find(key: HoldKey): { readonly hold: Hold; readonly state: 'open' | 'settled' } | null {
    return this.booked.get(holdKeyText(key)) ?? null;
  }

  /** Whether another hold of this request would take a slot of the allowance. */
  needsSlot(requestId: string): boolean {
    const request = this.requests.get(requestId);
    return request === undefined || (request.open === 0 && !request.isCounted);
  }

  open(hold: Hold): void {
    const key = holdKeyText(hold);
    assert(!this.booked.has(key), 'a key has one hold at a time');
    this.booked.set(key, { hold, state: 'open' });
    this.wheel.add(key, hold.expiresAt);
    const request = this.requests.get(hold.requestId) ?? { open: 0, isCounted: false, rememberedHolds: 0 };
    this.requests.set(hold.requestId, request);
    this.slots -= slotsOf(request);
    request.open += 1;
    request.rememberedHolds += 1;
    this.slots += slotsOf(request);
    this.add(hold, hold.amount);
    this.opened += 1;
  }

  /**
   * Settles the hold of an attempt that was served: its own, or the one that was taken without naming an attempt.
   * @returns null when there is none that is open: the charge comes without a hold.
   */
  settle(key: HoldKey): Hold | null {
    const booked = this.openHoldOf(key) ?? this.openHoldOf({ ...key, attemptId: null });
    if (booked === null) return null;
    booked.state = 'settled';
    this.end(booked.hold);
    return booked.hold;
  }

  /** Notes that a request was counted: the slot that it held has become a count. */
  countRequest(requestId: string): void {
    const request = this.requests.get(requestId);
    if (request === undefined) return;
    this.slots -= slotsOf(request);
    request.isCounted = true;
  }

  /** Gives back what an attempt that will not be served had set aside. @returns null when it has no open hold. */
  release(key: HoldKey): Hold | null {
    const booked = this.openHoldOf(key);
    if (booked === null) return null;
    this.end(booked.hold);
    this.wheel.remove(holdKeyText(key), booked.hold.expiresAt);
    this.forget(booked.hold);
    return booked.hold;
  }

  /** Ends what has expired by `now`, oldest first, and forgets what was settled. @returns the holds that leaked. */
  expire(now: Instant): Hold[] {
    const leaked: Hold[] = [];
    for (const key of this.wheel.takeDue(now)) {
      const booked = this.booked.get(key);
      assert(booked !== undefined, 'what is on the wheel is booked');
      if (booked.state === 'open') {
        this.end(booked.hold);
        leaked.push(booked.hold);
      }
      this.forget(booked.hold);
    }
    if (leaked.length > 0) this.leakedHolds = addLeaked(this.leakedHolds, leaked);
    return leaked;
  }

  /** Every open hold, in the order in which they were opened: to list them, never to decide. */
  *listOpen(): Generator<Hold> {
    for (const { hold, state } of this.booked.values()) if (state === 'open') yield hold;
  }

  private openHoldOf(key: HoldKey): BookedHold | null {
    const booked = this.booked.get(holdKeyText(key));
    return booked?.state === 'open' ? booked : null;
  }

  private end(hold: Hold): void {
    const request = this.requests.get(hold.requestId);
    assert(request !== undefined && request.open > 0, 'an open hold has its request');
    this.slots -= slotsOf(request);
    request.open -= 1;
    this.slots += slotsOf(request);
    this.add(hold, subtractAmounts(ZERO_AMOUNT, hold.amount));
    this.opened -= 1;
    assert(this.openSum >= ZERO_AMOUNT && this.slots >= 0, 'nothing is given back twice');
  }

  private add({ teamId }: Hold, amount: Amount): void {
    this.openSum = addAmounts(this.openSum, amount);
    const sum = addAmounts(this.openAmountOf(teamId), amount);
    if (sum === ZERO_AMOUNT) this.byTeam.delete(teamId);
    else this.byTeam.set(teamId, sum);
  }

  private forget(hold: Hold): void {
    this.booked.delete(holdKeyText(hold));
    const request = this.requests.get(hold.requestId);
    if (request === undefined) return;
    request.rememberedHolds -= 1;
    if (request.rememberedHolds === 0) this.requests.delete(hold.requestId);
  }
}

function slotsOf(request: HeldRequest): number {
  return request.open > 0 && !request.isCounted ? 1 : 0;
}
