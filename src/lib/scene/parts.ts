/**
 * The standing parts of a run as views are given them: types alone, so that a view never reaches for the worker.
 */
import type { MachineGraph, ReportedVerdict, RunReport, Topology } from '#worker/protocol.ts';

export type { MachineGraph, ReportedVerdict, RunReport, Topology };

export type ServiceTopology = Topology['services'][number];
export type BrokerTopology = Topology['brokers'][number];
export type TopicTopology = BrokerTopology['topics'][number];
export type StoreTopology = Topology['stores'][number];
export type ConfigRow = BrokerTopology['config'][number];
export type ReportedAnomaly = ReportedVerdict['anomalies'][number];
