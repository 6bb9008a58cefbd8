import { recorded } from "./fake-machine.ts";

/* What the fake tools say: recordings where there are any, and values that must not get through --redact. */

export const SERIALS = ["1025C9048791", "1654923012345", "42C711D4 20B03704 4A10C8D4 14CC040A D2102003"];
export const UUIDS = ["5f0c1a52-6a3b-4c8e-9d1f-0a1b2c3d4e5f", "7a9d3c10-1111-5222-8333-944455566677"];
export const ADDRESSES = ["10.21.33.47", "0c:42:a1:9f:33:10", "fe80::e42:a1ff:fe9f:3310"];

export const NPU_TABLE = recorded("ascend_npu-smi-info_25.5.2_910B4_container.txt");
export const NPU_MAPPING = recorded("ascend_npu-smi-info-m_910B3.txt");
export const GPU_LIST = `GPU 0: NVIDIA H200 (UUID: GPU-${UUIDS[0]})\n  MIG 3g.71gb     Device  0: (UUID: MIG-${UUIDS[1]})\n`;
export const GPU_XML = recorded("nvidia_smi_q_x_a100-sxm4-v12.xml.txt").replace(/<serial>[^<]*<\/serial>/, `<serial>${SERIALS[1]}</serial>`).replace(/<uuid>[^<]*<\/uuid>/, `<uuid>GPU-${UUIDS[0]}</uuid>`);
export const GPU_QUERY_ANSWER = `index, uuid, pci.bus_id, name, driver_version, serial, pstate\n0, GPU-${UUIDS[0]}, 00000000:83:00.0, NVIDIA H200, 590.48.01, ${SERIALS[1]}, P0\n`;

function block(heading: string): string {
  const text = recorded("ascend_npu-smi_25.5.1_A2-910B_board-usages-temp-power-list.txt");
  return `${text.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? ""}\n`;
}

/** Of a machine with NPU 0 and 1, one chip and one MCU each. */
export function npuAnswers(): Record<string, string> {
  const answers: Record<string, string> = { info: NPU_TABLE, "info -l": block("npu-smi info -l"), "info -m": NPU_MAPPING, "info -t topo": recorded("ascend_npu-smi-info-t-topo_910B3_hccs.txt") };
  for (const npu of ["0", "1"]) {
    answers[`info -t board -i ${npu}`] = block("npu-smi info -t board -i 0");
    answers[`info -t memory -i ${npu}`] = "\tHBM Capacity(MB)               : 65536\n";
    answers[`info -t usages -i ${npu}`] = block("npu-smi info -t usages -i 0");
    answers[`info -t common -i ${npu}`] = "\tAicore Count                   : 20\n";
    answers[`info -t board -i ${npu} -c 0`] = `\tChip Name                      : 910B3\n\tVDie ID                        : ${SERIALS[2]}\n\tPCIe Bus Info                  : 0000:C1:00.0\n`;
    answers[`info -t health -i ${npu} -c 0`] = "\tHealth Status                  : OK\n";
  }
  return answers;
}
