import type { AdjustmentPorts, AuditPorts, ChangeTermsPorts } from '@floopy/application';
import { HealthChecks, type Log, type Metrics } from '@floopy/runtime';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, Reflector } from '@nestjs/core';
import { AccessGuard, type FindOrganizationKey } from './access/access.guard';
import { ApiKeyMemory } from './access/api-key-memory';
import { ADJUSTMENT_PORTS, AdjustmentsController } from './adjustments/adjustments.controller';
import { Admissions } from './admission/admissions';
import { AdmissionsController } from './admission/admissions.controller';
import { HoldsController } from './admission/holds.controller';
import { ALERT_CHOICES, type AlertChoices } from './alerts/alert-choices';
import { AlertEndpointsController } from './alerts/alert-endpoints.controller';
import { AlertSettingsController } from './alerts/alert-settings.controller';
import { AlertsController } from './alerts/alerts.controller';
import { AuditController, LIST_ACTS, type ListActs } from './audit/audit.controller';
import { AUDIT_PORTS } from './audit/audit.interceptor';
import { BalanceController } from './balance/balance.controller';
import { TeamBudgetsController } from './budgets/team-budgets.controller';
import { CORRECTIONS, type Corrections } from './corrections/corrections';
import { RepricesController } from './corrections/reprices.controller';
import { ReversalsController } from './corrections/reversals.controller';
import { DEAD_LETTERS, type DeadLetters } from './dead-letters/dead-letters';
import { DeadLettersController } from './dead-letters/dead-letters.controller';
import { DocumentsController } from './documents/documents.controller';
import { API_LOG } from './http/api-log';
import { OrganizationReads } from './http/organization-reads';
import { LedgerController } from './ledger/ledger.controller';
import { MonthlyUsageController } from './monthly-usage/monthly-usage.controller';
import { METRICS, OperationsController } from './operations/operations.controller';
import { BillingPeriodsController } from './organization/billing-periods.controller';
import { FIND_ORGANIZATION_KEY, OrganizationsController } from './organization/organizations.controller';
import { PeopleController } from './organization/people.controller';
import { TERMS_PORTS, TermsChanges } from './organization/terms-changes';
import { TermsReads } from './organization/terms-reads';
import { OverageController } from './overage/overage.controller';
import { PlanController } from './plans/plan.controller';
import { ProblemFilter } from './problems/problem.filter';
import { requestValidation } from './problems/request-validation';
import { RequestsController } from './requests/requests.controller';
import { SpendController } from './spend/spend.controller';
import { StatementsController } from './statements/statements.controller';
import { UsageEventsController } from './usage-events/usage-events.controller';
import { PositionWaiter } from './watermark/position-waiter';

/** What `startApi` opens for the controllers. */
export interface ApiParts {
  readonly reads: OrganizationReads;
  readonly positions: PositionWaiter;
  readonly keys: ApiKeyMemory;
  readonly findOrganizationKey: FindOrganizationKey;
  readonly audit: AuditPorts;
  readonly listActs: ListActs;
  readonly adjustments: AdjustmentPorts;
  readonly corrections: Corrections;
  readonly deadLetters: DeadLetters;
  readonly terms: ChangeTermsPorts;
  readonly admissions: Admissions;
  readonly alerts: AlertChoices;
  readonly checks: HealthChecks;
  readonly metrics: Metrics;
  readonly log: Log;
}

@Module({})
export class ApiModule {
  static over(parts: ApiParts, problems: ProblemFilter): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        BalanceController,
        MonthlyUsageController,
        LedgerController,
        RequestsController,
        SpendController,
        StatementsController,
        UsageEventsController,
        AdjustmentsController,
        OrganizationsController,
        PlanController,
        OverageController,
        BillingPeriodsController,
        PeopleController,
        TeamBudgetsController,
        AdmissionsController,
        HoldsController,
        AlertsController,
        AlertSettingsController,
        AlertEndpointsController,
        ReversalsController,
        RepricesController,
        DeadLettersController,
        AuditController,
        OperationsController,
        DocumentsController,
      ],
      providers: [
        { provide: OrganizationReads, useValue: parts.reads },
        { provide: PositionWaiter, useValue: parts.positions },
        { provide: AUDIT_PORTS, useValue: parts.audit },
        { provide: LIST_ACTS, useValue: parts.listActs },
        { provide: ADJUSTMENT_PORTS, useValue: parts.adjustments },
        { provide: CORRECTIONS, useValue: parts.corrections },
        { provide: DEAD_LETTERS, useValue: parts.deadLetters },
        { provide: TERMS_PORTS, useValue: parts.terms },
        { provide: FIND_ORGANIZATION_KEY, useValue: parts.findOrganizationKey },
        { provide: Admissions, useValue: parts.admissions },
        { provide: ALERT_CHOICES, useValue: parts.alerts },
        TermsChanges,
        TermsReads,
        { provide: HealthChecks, useValue: parts.checks },
        { provide: METRICS, useValue: parts.metrics },
        { provide: API_LOG, useValue: parts.log },
        {
          provide: APP_GUARD,
          useFactory: (reflector: Reflector) => new AccessGuard(reflector, parts.keys, parts.findOrganizationKey),
          inject: [Reflector],
        },
        { provide: APP_PIPE, useFactory: requestValidation },
        { provide: APP_FILTER, useValue: problems },
      ],
    };
  }
}
