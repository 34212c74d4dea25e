// SPDX-License-Identifier: GPL-2.0
/*
 * The type 3 commands of the video engines (MFX, HCP, VDENC, HuC) and of video
 * enhancement (VEBOX, SFC).
 *
 * They name memory by addresses of the context's own PPGTT and no registers.
 * Sources: opcodes, lengths and addresses from Mesa genxml gen80.xml and gen90.xml
 * (25.0.7); the lengths that drivers write on Broadwell, Skylake, Kaby Lake, Broxton
 * and Gemini Lake from intel/media-driver's *_hwcmd_g8_* and *_hwcmd_g9_* headers,
 * VEBOX and SFC's addresses too. Where the two differ, all lengths between are taken.
 * The rows named by numbers, AVC's and MPEG2's QM_STATE: i915 (6.12)
 * gvt/cmd_parser.c, which gives no length, so any that the field can hold is taken; a
 * VEB_DI_IECP of 20 dwords on Gen9: its users (intel/gvt-linux, issue 60); a
 * VEBOX_SURFACE_STATE of 6 dwords on Gen8: both of Intel's drivers write it there
 * (selftests/streams).
 */
#include <linux/kernel.h>

#include "cmd_table.h"

#define ROW(_name, _engines, _gens, _length, ...) {				\
	.name = (_name), .engines = IVGPU_GEN##_gens(IVGPU_ON_##_engines), \
	_length, __VA_ARGS__ }
#define LENGTH				IVGPU_LENGTH
#define LENGTH_89			IVGPU_LENGTH_89
#define OPERANDS			IVGPU_OPERANDS
#define AT				IVGPU_AT
#define AT_EACH				IVGPU_AT_EACH
#define OFFSET				IVGPU_OFFSET

static const struct ivgpu_cmd_row video_68[] = {
	[0x00] = ROW("MFX_WAIT", VCS, 89, IVGPU_ONE_DWORD(6)),
};

static const struct ivgpu_cmd_row video_70[] = {
	[0x00] = ROW("MFX_PIPE_MODE_SELECT", VCS, 89, LENGTH(5, 5, 12)),
	[0x01] = ROW("MFX_SURFACE_STATE", VCS, 89, LENGTH(6, 6, 12)),
	[0x02] = ROW("MFX_PIPE_BUF_ADDR_STATE", VCS, 89, LENGTH_89(61, 61, 61, 68, 12),
		   OPERANDS(AT(1, 6), AT(4, 6), AT(7, 6), AT(10, 6), AT(13, 6), AT(16, 6),
			    AT_EACH(19, 0, 16, 2), AT(52, 6), AT(55, 6), AT(58, 6), AT(62, 6),
			    AT(65, 6))),
	[0x03] = ROW("MFX_IND_OBJ_BASE_ADDR_STATE", VCS, 89, LENGTH(26, 26, 12),
		   OPERANDS(AT(1, 0), AT(4, 0), AT(6, 0), AT(9, 0), AT(11, 0), AT(14, 0),
			    AT(16, 0), AT(19, 0), AT(21, 0), AT(24, 0))),
	[0x04] = ROW("MFX_BSP_BUF_BASE_ADDR_STATE", VCS, 89, LENGTH(10, 10, 12),
		   OPERANDS(AT(1, 6), AT(4, 6), AT(7, 6))),
	[0x05] = ROW("MFX_COMMON_5", VCS, 89, LENGTH(2, 4097, 12)),
	[0x06] = ROW("MFX_STATE_POINTER", VCS, 89, LENGTH(2, 2, 12)),
	[0x07] = ROW("MFX_QM_STATE", VCS, 89, LENGTH_89(18, 34, 18, 18, 12)),
	[0x08] = ROW("MFX_FQM_STATE", VCS, 89, LENGTH(34, 34, 12)),
	[0x09] = ROW("MFX_DBK_OBJECT", VCS, 89, LENGTH(13, 13, 12),
		   OPERANDS(AT(1, 6), AT(4, 6), AT(7, 6), AT(10, 6))),
	[0x29] = ROW("MFD_IT_OBJECT", VCS, 89, LENGTH(2, 4097, 12)),
	[0x48] = ROW("MFX_PAK_INSERT_OBJECT", VCS, 89, LENGTH(2, 4097, 12)),
	[0x4a] = ROW("MFX_STITCH_OBJECT", VCS, 89, LENGTH(2, 4097, 12)),
	[0x4b] = ROW("MFX_MPEG_TS_CONTROL", VCS, 9, LENGTH(5, 5, 12)),
	[0x80] = ROW("VDENC_PIPE_MODE_SELECT", VCS, 9, LENGTH(2, 2, 12)),
	[0x81] = ROW("VDENC_SRC_SURFACE_STATE", VCS, 9, LENGTH(6, 6, 12)),
	[0x82] = ROW("VDENC_REF_SURFACE_STATE", VCS, 9, LENGTH(6, 6, 12)),
	[0x83] = ROW("VDENC_DS_REF_SURFACE_STATE", VCS, 9, LENGTH(6, 6, 12)),
	[0x84] = ROW("VDENC_PIPE_BUF_ADDR_STATE", VCS, 9, LENGTH(37, 38, 12),
		   OPERANDS(AT(1, 0), AT(4, 0), AT(10, 0), AT(13, 0), AT(16, 0), AT(19, 0),
			    AT(22, 0), AT(25, 0), AT(28, 0), AT(31, 0), AT(34, 0))),
	[0x85] = ROW("VDENC_IMG_STATE", VCS, 9, LENGTH(35, 35, 12)),
	[0x86] = ROW("VDENC_CONST_QPT_STATE", VCS, 9, LENGTH(61, 61, 12)),
	[0x87] = ROW("VDENC_WALKER_STATE", VCS, 9, LENGTH(2, 4, 12)),
	[0x88] = ROW("VDENC_WEIGHTSOFFSETS_STATE", VCS, 9, LENGTH(3, 3, 12)),
};

static const struct ivgpu_cmd_row video_71[] = {
	[0x00] = ROW("MFX_AVC_IMG_STATE", VCS, 89, LENGTH_89(14, 17, 17, 21, 12)),
	[0x01] = ROW("MFX_AVC_QM_STATE", VCS, 89, LENGTH(2, 4097, 12)),
	[0x02] = ROW("MFX_AVC_DIRECTMODE_STATE", VCS, 89, LENGTH(71, 71, 12),
		   OPERANDS(AT_EACH(1, 0, 16, 2), AT(34, 0))),
	[0x03] = ROW("MFX_AVC_SLICE_STATE", VCS, 89, LENGTH(10, 11, 12)),
	[0x04] = ROW("MFX_AVC_REF_IDX_STATE", VCS, 89, LENGTH(10, 10, 12)),
	[0x05] = ROW("MFX_AVC_WEIGHTOFFSET_STATE", VCS, 89, LENGTH(98, 98, 12)),
	[0x25] = ROW("MFD_AVC_PICID_STATE", VCS, 89, LENGTH(10, 10, 12)),
	[0x26] = ROW("MFD_AVC_DPB_STATE", VCS, 89, LENGTH(27, 27, 12)),
	[0x27] = ROW("MFD_AVC_SLICEADDR", VCS, 89, LENGTH_89(3, 3, 3, 4, 12),
		   OPERANDS(OFFSET(2, 0, 28))),
	[0x28] = ROW("MFD_AVC_BSD_OBJECT", VCS, 89, LENGTH_89(6, 6, 6, 7, 12),
		   OPERANDS(OFFSET(2, 0, 28))),
	[0x49] = ROW("MFC_AVC_PAK_OBJECT", VCS, 89, LENGTH(12, 12, 12)),
};

static const struct ivgpu_cmd_row video_72[] = {
	[0x01] = ROW("MFX_VC1_PRED_PIPE_STATE", VCS, 89, LENGTH(6, 6, 12)),
	[0x02] = ROW("MFX_VC1_DIRECTMODE_STATE", VCS, 89, LENGTH(7, 7, 12),
		   OPERANDS(AT(1, 0), AT(4, 0))),
	[0x20] = ROW("MFD_VC1_SHORT_PIC_STATE", VCS, 89, LENGTH(5, 5, 12)),
	[0x21] = ROW("MFD_VC1_LONG_PIC_STATE", VCS, 89, LENGTH(6, 6, 12)),
	[0x28] = ROW("MFD_VC1_BSD_OBJECT", VCS, 89, LENGTH(5, 5, 12)),
};

static const struct ivgpu_cmd_row video_73[] = {
	[0x00] = ROW("MFX_MPEG2_PIC_STATE", VCS, 89, LENGTH(13, 13, 12)),
	[0x01] = ROW("MFX_MPEG2_QM_STATE", VCS, 89, LENGTH(2, 4097, 12)),
	[0x28] = ROW("MFD_MPEG2_BSD_OBJECT", VCS, 89, LENGTH(5, 5, 12)),
	[0x43] = ROW("MFC_MPEG2_SLICEGROUP_STATE", VCS, 89, LENGTH(8, 8, 12)),
	[0x49] = ROW("MFC_MPEG2_PAK_OBJECT", VCS, 89, LENGTH(9, 9, 12)),
	[0x80] = ROW("HCP_PIPE_MODE_SELECT", VCS, 9, LENGTH(4, 6, 12)),
	[0x81] = ROW("HCP_SURFACE_STATE", VCS, 9, LENGTH(3, 3, 12)),
	[0x82] = ROW("HCP_PIPE_BUF_ADDR_STATE", VCS, 9, LENGTH(95, 104, 12),
		   OPERANDS(AT(1, 0), AT(4, 0), AT(7, 0), AT(10, 0), AT(13, 0), AT(16, 0),
			    AT(19, 0), AT(22, 0), AT(25, 0), AT(28, 0), AT(31, 0),
			    AT_EACH(37, 0, 8, 2), AT(54, 0), AT(57, 0), AT(60, 0), AT(63, 0),
			    AT_EACH(66, 0, 8, 2), AT(83, 0), AT(89, 0), AT(92, 0))),
	[0x83] = ROW("HCP_IND_OBJ_BASE_ADDR_STATE", VCS, 9, LENGTH(14, 14, 12),
		   OPERANDS(AT(1, 0), AT(4, 0), AT(6, 0), AT(9, 0), AT(12, 0))),
	[0x84] = ROW("HCP_QM_STATE", VCS, 9, LENGTH(18, 18, 12)),
	[0x85] = ROW("HCP_FQM_STATE", VCS, 9, LENGTH(34, 34, 12)),
	[0x88] = ROW("HEVC_VP9_RDOQ_STATE", VCS, 9, LENGTH(62, 130, 12)),
	[0x90] = ROW("HCP_PIC_STATE", VCS, 9, LENGTH(19, 32, 12)),
	[0x91] = ROW("HCP_TILE_STATE", VCS, 9, LENGTH(13, 13, 12)),
	[0x92] = ROW("HCP_REF_IDX_STATE", VCS, 9, LENGTH(18, 18, 12)),
	[0x93] = ROW("HCP_WEIGHTOFFSET_STATE", VCS, 9, LENGTH(34, 34, 12)),
	[0x94] = ROW("HCP_SLICE_STATE", VCS, 9, LENGTH(9, 11, 12)),
	/*
	 * genxml gives it one dword and a length field, others of its kind count from
	 * two: where public texts leave a length in doubt, the command is refused.
	 */
	[0x95] = ROW("HCP_TILE_CODING", VCS, 9, IVGPU_ONE_DWORD(12),
		     .rule = IVGPU_RULE_REFUSE),
	[0xa0] = ROW("HCP_BSD_OBJECT", VCS, 9, LENGTH(3, 3, 12)),
	[0xa1] = ROW("HCP_PAK_OBJECT", VCS, 9, LENGTH(2, 2, 12)),
	[0xa2] = ROW("HCP_PAK_INSERT_OBJECT", VCS, 9, LENGTH(2, 4097, 12),
		   OPERANDS(AT_EACH(3, 0, 0, 4))),
	[0xb0] = ROW("HCP_VP9_PIC_STATE", VCS, 9, LENGTH(12, 19, 12)),
	[0xb2] = ROW("HCP_VP9_SEGMENT_STATE", VCS, 9, LENGTH(7, 8, 12)),
};

static const struct ivgpu_cmd_row video_74[] = {
	[0x00] = ROW("MFX_VP8_PIC_STATE", VCS, 89, LENGTH(38, 38, 12),
		   OPERANDS(AT(16, 6), AT(35, 6))),
	[0x28] = ROW("MFD_VP8_BSD_OBJECT", VCS, 89, LENGTH(22, 22, 12)),
	[0x41] = ROW("MFX_VP8_ENCODER_CFG", VCS, 9, LENGTH(30, 30, 12)),
	[0x43] = ROW("MFX_VP8_BSP_BUF_BASE_ADDR_STATE", VCS, 9, LENGTH(32, 32, 12),
		   OPERANDS(AT(1, 0), AT(4, 0), AT(16, 0), AT(20, 0), AT(23, 0), AT(26, 0),
			    AT(29, 0))),
	[0x49] = ROW("MFX_VP8_PAK_OBJECT", VCS, 89, LENGTH(7, 7, 12)),
};

static const struct ivgpu_cmd_row video_75[] = {
	[0x00] = ROW("SFC_LOCK", VCS, 9, LENGTH(2, 2, 12)),
	[0x01] = ROW("SFC_STATE", VCS, 9, LENGTH(32, 34, 12),
		   OPERANDS(AT(17, 12), AT(20, 12), AT(23, 12))),
	[0x02] = ROW("SFC_AVS_STATE", VCS, 9, LENGTH(3, 3, 12)),
	[0x03] = ROW("SFC_IEF_STATE", VCS, 9, LENGTH(24, 24, 12)),
	[0x04] = ROW("SFC_FRAME_START", VCS, 9, LENGTH(2, 2, 12)),
	[0x05] = ROW("SFC_AVS_LUMA_COEFF_TABLE", VCS, 9, LENGTH(129, 129, 12)),
	[0x06] = ROW("SFC_AVS_CHROMA_COEFF_TABLE", VCS, 9, LENGTH(65, 65, 12)),
	[0x80] = ROW("HUC_PIPE_MODE_SELECT", VCS, 9, LENGTH(3, 6, 12)),
	[0x81] = ROW("HUC_IMEM_STATE", VCS, 9, LENGTH(5, 5, 12)),
	[0x82] = ROW("HUC_DMEM_STATE", VCS, 9, LENGTH(6, 6, 12),
		   OPERANDS(AT(1, 0), OFFSET(4, 6, 16))),
	[0x83] = ROW("HUC_CFG_STATE", VCS, 9, LENGTH(2, 2, 12)),
	[0x84] = ROW("HUC_VIRTUAL_ADDR_STATE", VCS, 9, LENGTH(49, 49, 12),
		   OPERANDS(AT_EACH(1, 0, 16, 3))),
	[0x85] = ROW("HUC_IND_OBJ_BASE_ADDR_STATE", VCS, 9, LENGTH(11, 11, 12),
		   OPERANDS(AT(1, 0), AT(4, 0), AT(6, 0), AT(9, 0))),
	[0xa0] = ROW("HUC_STREAM_OBJECT", VCS, 9, LENGTH(5, 5, 12),
		   OPERANDS(OFFSET(2, 0, 28), OFFSET(3, 0, 28))),
	[0xa1] = ROW("HUC_START", VCS, 9, LENGTH(2, 2, 12)),
};

static const struct ivgpu_cmd_row video_76[] = {
	[0x00] = ROW("MFX_MISC_6_0", VCS, 89, LENGTH(2, 4097, 12)),
	[0x08] = ROW("MFX_MISC_6_8", VCS, 89, LENGTH(2, 4097, 12)),
	[0x09] = ROW("MFX_MISC_6_9", VCS, 89, LENGTH(2, 4097, 12)),
};

static const struct ivgpu_cmd_row video_77[] = {
	[0x00] = ROW("MFX_JPEG_PIC_STATE", VCS, 89, LENGTH(3, 3, 12)),
	[0x02] = ROW("MFX_JPEG_HUFF_TABLE_STATE", VCS, 89, LENGTH(53, 831, 12)),
	[0x28] = ROW("MFD_JPEG_BSD_OBJECT", VCS, 89, LENGTH(6, 6, 12)),
	[0x43] = ROW("MFC_JPEG_HUFF_TABLE_STATE", VCS, 9, LENGTH(176, 176, 12)),
	[0x49] = ROW("MFC_JPEG_SCAN_OBJECT", VCS, 9, LENGTH(3, 3, 12)),
	[0x80] = ROW("VD_PIPELINE_FLUSH", VCS, 9, LENGTH(2, 2, 12)),
};

static const struct ivgpu_cmd_row vebox_74[] = {
	[0x00] = ROW("VEBOX_SURFACE_STATE", VECS, 89, LENGTH_89(6, 7, 9, 9, 12)),
	[0x01] = ROW("VEBOX_TILING_CONVERT", VECS, 89, LENGTH(5, 5, 12),
		   OPERANDS(AT(1, 12), AT(3, 12))),
	[0x02] = ROW("VEBOX_STATE", VECS, 89, LENGTH_89(12, 12, 16, 16, 12),
		   OPERANDS(AT_EACH(2, 12, 7, 2))),
	[0x03] = ROW("VEB_DI_IECP", VECS, 89, LENGTH_89(20, 20, 20, 24, 12),
		   OPERANDS(AT_EACH(2, 12, 11, 2))),
};

static const struct ivgpu_cmd_row vebox_75[] = {
	[0x00] = ROW("SFC_LOCK", VECS, 9, LENGTH(2, 2, 12)),
	[0x01] = ROW("SFC_STATE", VECS, 9, LENGTH(32, 34, 12),
		   OPERANDS(AT(17, 12), AT(20, 12), AT(23, 12))),
	[0x02] = ROW("SFC_AVS_STATE", VECS, 9, LENGTH(3, 3, 12)),
	[0x03] = ROW("SFC_IEF_STATE", VECS, 9, LENGTH(24, 24, 12)),
	[0x04] = ROW("SFC_FRAME_START", VECS, 9, LENGTH(2, 2, 12)),
	[0x05] = ROW("SFC_AVS_LUMA_COEFF_TABLE", VECS, 9, LENGTH(129, 129, 12)),
	[0x06] = ROW("SFC_AVS_CHROMA_COEFF_TABLE", VECS, 9, LENGTH(65, 65, 12)),
};

const struct ivgpu_cmd_group ivgpu_cmd_video[IVGPU_CMD_GROUPS] = {
	[0x00 ... 0x1f] = IVGPU_GROUP_MI,
	[0x68] = { video_68, ARRAY_SIZE(video_68), 16 },
	[0x70] = { video_70, ARRAY_SIZE(video_70), 16 },
	[0x71] = { video_71, ARRAY_SIZE(video_71), 16 },
	[0x72] = { video_72, ARRAY_SIZE(video_72), 16 },
	[0x73] = { video_73, ARRAY_SIZE(video_73), 16 },
	[0x74] = { video_74, ARRAY_SIZE(video_74), 16 },
	[0x75] = { video_75, ARRAY_SIZE(video_75), 16 },
	[0x76] = { video_76, ARRAY_SIZE(video_76), 16 },
	[0x77] = { video_77, ARRAY_SIZE(video_77), 16 },
};

const struct ivgpu_cmd_group ivgpu_cmd_vebox[IVGPU_CMD_GROUPS] = {
	[0x00 ... 0x1f] = IVGPU_GROUP_MI,
	[0x74] = { vebox_74, ARRAY_SIZE(vebox_74), 16 },
	[0x75] = { vebox_75, ARRAY_SIZE(vebox_75), 16 },
};
