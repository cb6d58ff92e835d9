import { describe } from "vitest";
import { renderSuite } from "./testing/render-suite.ts";

describe("rendering in Node", renderSuite);
