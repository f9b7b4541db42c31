// What the server says: src/serve/shell.cpp and src/serve/service.h.
import type { ReportDocument, Summary } from "../document";

export interface Listed {
  name: string;
  kind: string;
  title: string;
  question: string;
  error: string;
}

export interface Field {
  pointer: string;
  label: string;
  /** What the scenario's file has there; empty: nothing. */
  value: string;
  choices?: string[];
  /** Words that may stand where a quantity may. */
  words?: string[];
  numeric?: boolean;
  doc: string;
  expects: string;
}

export interface Group {
  title: string;
  fields: Field[];
}

export interface ListView {
  view: "list";
  problem: string;
  complete: boolean;
  scenarios: Listed[];
}

export interface ScenarioView {
  view: "plan" | "govern" | "endpoints";
  scenario: string;
  /** Null: the page has no inputs. */
  panel: Group[] | null;
}

export interface PointerInfo {
  pointer: string;
  doc: string;
  expects: string;
}

export interface Mistake {
  pointer: string;
  message: string;
  help: string;
  text: string;
}

export interface Obstacle {
  reason: string;
  details: string[];
  remedies: string[];
}

export type Measure = Summary & { certain: boolean };

export interface Difference {
  pairs: number;
  before: Record<string, Summary | null>;
  difference: Record<string, Measure | null>;
}

export interface Outcome {
  outcome: "forecast" | "infeasible" | "wrong";
  replicas?: number;
  own_replicas?: number;
  full?: boolean;
  warnings?: string[];
  difference?: Difference | null;
  obstacles?: Obstacle[];
  mistakes?: Mistake[];
}

export type Served = ReportDocument & { serve: Outcome };
