// SPDX-License-Identifier: GPL-2.0
/*
 * The type 3 commands of the video engines (MFX, HCP, VDENC, HuC) and of video
 * enhancement (VEBOX, SFC).
 *
 * They name memory by addresses of the context's own PPGTT and no registers; the
 * drivers of different years write them in different lengths, so any length that
 * the length field can hold is taken. Opcodes: Mesa genxml gen8.xml and gen9.xml
 * (22.3.6); VEBOX and the rows named by numbers: i915 (6.12) gvt/cmd_parser.c.
 * SFC on the video enhancement engine is inferred.
 */
#include <linux/kernel.h>

#include "cmd_table.h"

#define GFX(_engines, _gens, _name, _min, _max, _bits, _audit) {		\
	.name = _name, .audit = (_audit), IVGPU_CMD_LENGTH(_min, _max, _bits),	\
	.where = ON_##_engines | IVGPU_GEN##_gens }
#define ON_VCS IVGPU_ON_VCS
#define ON_VECS IVGPU_ON_VECS

static const struct ivgpu_cmd_row video_68[IVGPU_CMD_GROUP_ROWS] = {
	[0x00] = GFX(VCS, 89, "MFX_WAIT", 2, 65, 6, NULL),
};

static const struct ivgpu_cmd_row video_70[IVGPU_CMD_GROUP_ROWS] = {
	[0x00] = GFX(VCS, 89, "MFX_PIPE_MODE_SELECT", 2, 4097, 12, NULL),
	[0x01] = GFX(VCS, 89, "MFX_SURFACE_STATE", 2, 4097, 12, NULL),
	[0x02] = GFX(VCS, 89, "MFX_PIPE_BUF_ADDR_STATE", 2, 4097, 12, NULL),
	[0x03] = GFX(VCS, 89, "MFX_IND_OBJ_BASE_ADDR_STATE", 2, 4097, 12, NULL),
	[0x04] = GFX(VCS, 89, "MFX_BSP_BUF_BASE_ADDR_STATE", 2, 4097, 12, NULL),
	[0x05] = GFX(VCS, 89, "MFX_COMMON_5", 2, 4097, 12, NULL),
	[0x06] = GFX(VCS, 89, "MFX_STATE_POINTER", 2, 4097, 12, NULL),
	[0x07] = GFX(VCS, 89, "MFX_QM_STATE", 2, 4097, 12, NULL),
	[0x08] = GFX(VCS, 89, "MFX_FQM_STATE", 2, 4097, 12, NULL),
	[0x09] = GFX(VCS, 89, "MFX_DBK_OBJECT", 2, 4097, 12, NULL),
	[0x29] = GFX(VCS, 89, "MFD_IT_OBJECT", 2, 4097, 12, NULL),
	[0x48] = GFX(VCS, 89, "MFX_PAK_INSERT_OBJECT", 2, 4097, 12, NULL),
	[0x4a] = GFX(VCS, 89, "MFX_STITCH_OBJECT", 2, 4097, 12, NULL),
	[0x4b] = GFX(VCS, 9, "MFX_MPEG_TS_CONTROL", 2, 4097, 12, NULL),
	[0x80] = GFX(VCS, 9, "VDENC_PIPE_MODE_SELECT", 2, 4097, 12, NULL),
	[0x81] = GFX(VCS, 9, "VDENC_SRC_SURFACE_STATE", 2, 4097, 12, NULL),
	[0x82] = GFX(VCS, 9, "VDENC_REF_SURFACE_STATE", 2, 4097, 12, NULL),
	[0x83] = GFX(VCS, 9, "VDENC_DS_REF_SURFACE_STATE", 2, 4097, 12, NULL),
	[0x84] = GFX(VCS, 9, "VDENC_PIPE_BUF_ADDR_STATE", 2, 4097, 12, NULL),
	[0x85] = GFX(VCS, 9, "VDENC_IMG_STATE", 2, 4097, 12, NULL),
	[0x86] = GFX(VCS, 9, "VDENC_CONST_QPT_STATE", 2, 4097, 12, NULL),
	[0x87] = GFX(VCS, 9, "VDENC_WALKER_STATE", 2, 4097, 12, NULL),
};

static const struct ivgpu_cmd_row video_71[IVGPU_CMD_GROUP_ROWS] = {
	[0x00] = GFX(VCS, 89, "MFX_AVC_IMG_STATE", 2, 4097, 12, NULL),
	[0x01] = GFX(VCS, 89, "MFX_AVC_QM_STATE", 2, 4097, 12, NULL),
	[0x02] = GFX(VCS, 89, "MFX_AVC_DIRECTMODE_STATE", 2, 4097, 12, NULL),
	[0x03] = GFX(VCS, 89, "MFX_AVC_SLICE_STATE", 2, 4097, 12, NULL),
	[0x04] = GFX(VCS, 89, "MFX_AVC_REF_IDX_STATE", 2, 4097, 12, NULL),
	[0x05] = GFX(VCS, 89, "MFX_AVC_WEIGHTOFFSET_STATE", 2, 4097, 12, NULL),
	[0x25] = GFX(VCS, 89, "MFD_AVC_PICID_STATE", 2, 4097, 12, NULL),
	[0x26] = GFX(VCS, 89, "MFD_AVC_DPB_STATE", 2, 4097, 12, NULL),
	[0x27] = GFX(VCS, 89, "MFD_AVC_SLICEADDR", 2, 4097, 12, NULL),
	[0x28] = GFX(VCS, 89, "MFD_AVC_BSD_OBJECT", 2, 4097, 12, NULL),
	[0x49] = GFX(VCS, 89, "MFC_AVC_PAK_OBJECT", 2, 4097, 12, NULL),
};

static const struct ivgpu_cmd_row video_72[IVGPU_CMD_GROUP_ROWS] = {
	[0x01] = GFX(VCS, 89, "MFX_VC1_PRED_PIPE_STATE", 2, 4097, 12, NULL),
	[0x02] = GFX(VCS, 89, "MFX_VC1_DIRECTMODE_STATE", 2, 4097, 12, NULL),
	[0x20] = GFX(VCS, 89, "MFD_VC1_SHORT_PIC_STATE", 2, 4097, 12, NULL),
	[0x21] = GFX(VCS, 89, "MFD_VC1_LONG_PIC_STATE", 2, 4097, 12, NULL),
	[0x28] = GFX(VCS, 89, "MFD_VC1_BSD_OBJECT", 2, 4097, 12, NULL),
};

static const struct ivgpu_cmd_row video_73[IVGPU_CMD_GROUP_ROWS] = {
	[0x00] = GFX(VCS, 89, "MFX_MPEG2_PIC_STATE", 2, 4097, 12, NULL),
	[0x01] = GFX(VCS, 89, "MFX_MPEG2_QM_STATE", 2, 4097, 12, NULL),
	[0x28] = GFX(VCS, 89, "MFD_MPEG2_BSD_OBJECT", 2, 4097, 12, NULL),
	[0x43] = GFX(VCS, 89, "MFC_MPEG2_SLICEGROUP_STATE", 2, 4097, 12, NULL),
	[0x49] = GFX(VCS, 89, "MFC_MPEG2_PAK_OBJECT", 2, 4097, 12, NULL),
	[0x80] = GFX(VCS, 9, "HCP_PIPE_MODE_SELECT", 2, 4097, 12, NULL),
	[0x81] = GFX(VCS, 9, "HCP_SURFACE_STATE", 2, 4097, 12, NULL),
	[0x82] = GFX(VCS, 9, "HCP_PIPE_BUF_ADDR_STATE", 2, 4097, 12, NULL),
	[0x83] = GFX(VCS, 9, "HCP_IND_OBJ_BASE_ADDR_STATE", 2, 4097, 12, NULL),
	[0x84] = GFX(VCS, 9, "HCP_QM_STATE", 2, 4097, 12, NULL),
	[0x85] = GFX(VCS, 9, "HCP_FQM_STATE", 2, 4097, 12, NULL),
	[0x88] = GFX(VCS, 9, "HEVC_VP9_RDOQ_STATE", 2, 4097, 12, NULL),
	[0x90] = GFX(VCS, 9, "HCP_PIC_STATE", 2, 4097, 12, NULL),
	[0x91] = GFX(VCS, 9, "HCP_TILE_STATE", 2, 4097, 12, NULL),
	[0x92] = GFX(VCS, 9, "HCP_REF_IDX_STATE", 2, 4097, 12, NULL),
	[0x93] = GFX(VCS, 9, "HCP_WEIGHTOFFSET_STATE", 2, 4097, 12, NULL),
	[0x94] = GFX(VCS, 9, "HCP_SLICE_STATE", 2, 4097, 12, NULL),
	[0x95] = GFX(VCS, 9, "HCP_TILE_CODING", 2, 4097, 12, NULL),
	[0xa0] = GFX(VCS, 9, "HCP_BSD_OBJECT", 2, 4097, 12, NULL),
	[0xa1] = GFX(VCS, 9, "HCP_PAK_OBJECT", 2, 4097, 12, NULL),
	[0xa2] = GFX(VCS, 9, "HCP_PAK_INSERT_OBJECT", 2, 4097, 12, NULL),
	[0xb0] = GFX(VCS, 9, "HCP_VP9_PIC_STATE", 2, 4097, 12, NULL),
	[0xb2] = GFX(VCS, 9, "HCP_VP9_SEGMENT_STATE", 2, 4097, 12, NULL),
};

static const struct ivgpu_cmd_row video_74[IVGPU_CMD_GROUP_ROWS] = {
	[0x00] = GFX(VCS, 89, "MFX_VP8_PIC_STATE", 2, 4097, 12, NULL),
	[0x28] = GFX(VCS, 89, "MFD_VP8_BSD_OBJECT", 2, 4097, 12, NULL),
	[0x41] = GFX(VCS, 9, "MFX_VP8_ENCODER_CFG", 2, 4097, 12, NULL),
	[0x43] = GFX(VCS, 9, "MFX_VP8_BSP_BUF_BASE_ADDR_STATE", 2, 4097, 12, NULL),
	[0x49] = GFX(VCS, 89, "MFX_VP8_PAK_OBJECT", 2, 4097, 12, NULL),
};

static const struct ivgpu_cmd_row video_75[IVGPU_CMD_GROUP_ROWS] = {
	[0x00] = GFX(VCS, 9, "SFC_LOCK", 2, 4097, 12, NULL),
	[0x01] = GFX(VCS, 9, "SFC_STATE", 2, 4097, 12, NULL),
	[0x02] = GFX(VCS, 9, "SFC_AVS_STATE", 2, 4097, 12, NULL),
	[0x03] = GFX(VCS, 9, "SFC_IEF_STATE", 2, 4097, 12, NULL),
	[0x04] = GFX(VCS, 9, "SFC_FRAME_START", 2, 4097, 12, NULL),
	[0x05] = GFX(VCS, 9, "SFC_AVS_LUMA_COEFF_TABLE", 2, 4097, 12, NULL),
	[0x06] = GFX(VCS, 9, "SFC_AVS_CHROMA_COEFF_TABLE", 2, 4097, 12, NULL),
	[0x80] = GFX(VCS, 9, "HUC_PIPE_MODE_SELECT", 2, 4097, 12, NULL),
	[0x81] = GFX(VCS, 9, "HUC_IMEM_STATE", 2, 4097, 12, NULL),
	[0x82] = GFX(VCS, 9, "HUC_DMEM_STATE", 2, 4097, 12, NULL),
	[0x83] = GFX(VCS, 9, "HUC_CFG_STATE", 2, 4097, 12, NULL),
	[0x84] = GFX(VCS, 9, "HUC_VIRTUAL_ADDR_STATE", 2, 4097, 12, NULL),
	[0x85] = GFX(VCS, 9, "HUC_IND_OBJ_BASE_ADDR_STATE", 2, 4097, 12, NULL),
	[0xa0] = GFX(VCS, 9, "HUC_STREAM_OBJECT", 2, 4097, 12, NULL),
	[0xa1] = GFX(VCS, 9, "HUC_START", 2, 4097, 12, NULL),
};

static const struct ivgpu_cmd_row video_76[IVGPU_CMD_GROUP_ROWS] = {
	[0x00] = GFX(VCS, 89, "MFX_MISC_6_0", 2, 4097, 12, NULL),
	[0x08] = GFX(VCS, 89, "MFX_MISC_6_8", 2, 4097, 12, NULL),
	[0x09] = GFX(VCS, 89, "MFX_MISC_6_9", 2, 4097, 12, NULL),
};

static const struct ivgpu_cmd_row video_77[IVGPU_CMD_GROUP_ROWS] = {
	[0x00] = GFX(VCS, 89, "MFX_JPEG_PIC_STATE", 2, 4097, 12, NULL),
	[0x02] = GFX(VCS, 89, "MFX_JPEG_HUFF_TABLE_STATE", 2, 4097, 12, NULL),
	[0x28] = GFX(VCS, 89, "MFD_JPEG_BSD_OBJECT", 2, 4097, 12, NULL),
	[0x43] = GFX(VCS, 9, "MFC_JPEG_HUFF_TABLE_STATE", 2, 4097, 12, NULL),
	[0x49] = GFX(VCS, 9, "MFC_JPEG_SCAN_OBJECT", 2, 4097, 12, NULL),
	[0x80] = GFX(VCS, 9, "VD_PIPELINE_FLUSH", 2, 4097, 12, NULL),
};

static const struct ivgpu_cmd_row vebox_74[IVGPU_CMD_GROUP_ROWS] = {
	[0x00] = GFX(VECS, 89, "VEBOX_SURFACE_STATE", 2, 4097, 12, NULL),
	[0x01] = GFX(VECS, 89, "VEBOX_TILING_CONVERT", 2, 4097, 12, NULL),
	[0x02] = GFX(VECS, 89, "VEBOX_STATE", 2, 4097, 12, NULL),
	[0x03] = GFX(VECS, 89, "VEB_DI_IECP", 2, 4097, 12, NULL),
};

static const struct ivgpu_cmd_row vebox_75[IVGPU_CMD_GROUP_ROWS] = {
	[0x00] = GFX(VECS, 89, "SFC_LOCK", 2, 4097, 12, NULL),
	[0x01] = GFX(VECS, 89, "SFC_STATE", 2, 4097, 12, NULL),
	[0x02] = GFX(VECS, 89, "SFC_AVS_STATE", 2, 4097, 12, NULL),
	[0x03] = GFX(VECS, 89, "SFC_IEF_STATE", 2, 4097, 12, NULL),
	[0x04] = GFX(VECS, 89, "SFC_FRAME_START", 2, 4097, 12, NULL),
	[0x05] = GFX(VECS, 89, "SFC_AVS_LUMA_COEFF_TABLE", 2, 4097, 12, NULL),
	[0x06] = GFX(VECS, 89, "SFC_AVS_CHROMA_COEFF_TABLE", 2, 4097, 12, NULL),
};

const struct ivgpu_cmd_row *const ivgpu_cmd_video[IVGPU_CMD_GROUPS] = {
	[0x08] = video_68,
	[0x10] = video_70,
	[0x11] = video_71,
	[0x12] = video_72,
	[0x13] = video_73,
	[0x14] = video_74,
	[0x15] = video_75,
	[0x16] = video_76,
	[0x17] = video_77,
};

const struct ivgpu_cmd_row *const ivgpu_cmd_vebox[IVGPU_CMD_GROUPS] = {
	[0x14] = vebox_74,
	[0x15] = vebox_75,
};
