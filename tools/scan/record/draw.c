// SPDX-License-Identifier: GPL-2.0
/*
 * draw SCENE...: draws with OpenGL ES and no window, so that a driver has commands to
 * write. What the pictures show does not matter: there may be no GPU behind the driver.
 * `make record-streams` records what Mesa's iris writes for it.
 */
#include <EGL/egl.h>
#include <GLES3/gl32.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIDE	256

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const char vertex_code[] =
	"#version 320 es\n"
	"layout(location = 0) in vec4 place;\n"
	"out vec2 where;\n"
	"uniform float turn;\n"
	"void main() {\n"
	"	where = place.xy * 0.5 + 0.5;\n"
	"	float at = turn + float(gl_InstanceID);\n"
	"	gl_Position = vec4(place.x * cos(at), place.y, place.z * sin(at), 1.0);\n"
	"	gl_PointSize = 8.0;\n"
	"}\n";

static const char fragment_code[] =
	"#version 320 es\n"
	"precision highp float;\n"
	"in vec2 where;\n"
	"uniform sampler2D picture;\n"
	"layout(location = 0) out vec4 colour;\n"
	"void main() { colour = texture(picture, where) + vec4(where, 0.5, 1.0); }\n";

static const char geometry_code[] =
	"#version 320 es\n"
	"layout(triangles) in;\n"
	"layout(triangle_strip, max_vertices = 6) out;\n"
	"in vec2 where[];\n"
	"void main() {\n"
	"	for (int k = 0; k < 2; k++) {\n"
	"		for (int i = 0; i < 3; i++) {\n"
	"			gl_Position = gl_in[i].gl_Position * (k == 0 ? 1.0 : 0.5);\n"
	"			EmitVertex();\n"
	"		}\n"
	"		EndPrimitive();\n"
	"	}\n"
	"}\n";

static const char flat_code[] =
	"#version 320 es\n"
	"precision highp float;\n"
	"layout(location = 0) out vec4 colour;\n"
	"void main() { colour = vec4(0.2, 0.4, 0.6, 1.0); }\n";

static const char control_code[] =
	"#version 320 es\n"
	"layout(vertices = 3) out;\n"
	"void main() {\n"
	"	gl_out[gl_InvocationID].gl_Position = gl_in[gl_InvocationID].gl_Position;\n"
	"	gl_TessLevelInner[0] = 4.0;\n"
	"	gl_TessLevelOuter[0] = 3.0;\n"
	"	gl_TessLevelOuter[1] = 3.0;\n"
	"	gl_TessLevelOuter[2] = 3.0;\n"
	"}\n";

static const char evaluation_code[] =
	"#version 320 es\n"
	"layout(triangles, equal_spacing, ccw) in;\n"
	"void main() {\n"
	"	gl_Position = gl_TessCoord.x * gl_in[0].gl_Position +\n"
	"		gl_TessCoord.y * gl_in[1].gl_Position +\n"
	"		gl_TessCoord.z * gl_in[2].gl_Position;\n"
	"}\n";

static const char compute_code[] =
	"#version 320 es\n"
	"layout(local_size_x = 64) in;\n"
	"layout(std430, binding = 0) buffer data { uint value[]; };\n"
	"shared uint sum;\n"
	"void main() {\n"
	"	if (gl_LocalInvocationIndex == 0u) sum = 0u;\n"
	"	barrier();\n"
	"	atomicAdd(sum, value[gl_GlobalInvocationID.x]);\n"
	"	barrier();\n"
	"	value[gl_GlobalInvocationID.x] = sum;\n"
	"}\n";

static void die(const char *what, const char *why)
{
	fprintf(stderr, "draw: %s: %s\n", what, why);
	exit(1);
}

static void add_shader(GLuint program, GLenum kind, const char *code)
{
	GLuint shader = glCreateShader(kind);
	char log[1024] = "";
	GLint good;

	glShaderSource(shader, 1, &code, NULL);
	glCompileShader(shader);
	glGetShaderiv(shader, GL_COMPILE_STATUS, &good);
	glGetShaderInfoLog(shader, sizeof(log), NULL, log);
	if (!good)
		die("shader", log);
	glAttachShader(program, shader);
}

static void link_program(GLuint program)
{
	char log[1024] = "";
	GLint good;

	glLinkProgram(program);
	glGetProgramiv(program, GL_LINK_STATUS, &good);
	glGetProgramInfoLog(program, sizeof(log), NULL, log);
	if (!good)
		die("program", log);
	glUseProgram(program);
}

static GLuint plain_program(void)
{
	GLuint program = glCreateProgram();

	add_shader(program, GL_VERTEX_SHADER, vertex_code);
	add_shader(program, GL_FRAGMENT_SHADER, fragment_code);
	link_program(program);
	return program;
}

static GLuint make_texture(GLenum format, GLsizei side, GLsizei levels)
{
	GLuint texture;

	glGenTextures(1, &texture);
	glBindTexture(GL_TEXTURE_2D, texture);
	glTexStorage2D(GL_TEXTURE_2D, levels, format, side, side);
	return texture;
}

/* A framebuffer of its own: there is no window. */
static GLuint make_target(GLsizei samples)
{
	GLuint target, colour, depth;

	glGenFramebuffers(1, &target);
	glBindFramebuffer(GL_FRAMEBUFFER, target);
	glGenRenderbuffers(1, &colour);
	glBindRenderbuffer(GL_RENDERBUFFER, colour);
	glRenderbufferStorageMultisample(GL_RENDERBUFFER, samples, GL_RGBA8, SIDE, SIDE);
	glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, colour);
	glGenRenderbuffers(1, &depth);
	glBindRenderbuffer(GL_RENDERBUFFER, depth);
	glRenderbufferStorageMultisample(GL_RENDERBUFFER, samples, GL_DEPTH24_STENCIL8, SIDE,
					 SIDE);
	glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_DEPTH_STENCIL_ATTACHMENT, GL_RENDERBUFFER,
				  depth);
	if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE)
		die("framebuffer", "not complete");
	glViewport(0, 0, SIDE, SIDE);
	return target;
}

static void make_vertices(void)
{
	static const float place[] = {
		-1, -1, 0.1f, 1, -1, 0.2f, 0, 1, 0.3f, -0.5f, 0.5f, 0.4f, 0.5f, 0.5f, 0.5f,
		0, -0.5f, 0.6f,
	};
	static const unsigned short index[] = { 0, 1, 2, 3, 4, 5, 2, 1, 4 };
	GLuint buffers[2];

	glGenBuffers(2, buffers);
	glBindBuffer(GL_ARRAY_BUFFER, buffers[0]);
	glBufferData(GL_ARRAY_BUFFER, sizeof(place), place, GL_STATIC_DRAW);
	glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, buffers[1]);
	glBufferData(GL_ELEMENT_ARRAY_BUFFER, sizeof(index), index, GL_STATIC_DRAW);
	glVertexAttribPointer(0, 3, GL_FLOAT, GL_FALSE, 0, NULL);
	glEnableVertexAttribArray(0);
}

static void draw_clears(void)
{
	static const GLenum attachments[] = { GL_COLOR_ATTACHMENT0 };

	glClearColor(0.1f, 0.2f, 0.3f, 1);
	glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT | GL_STENCIL_BUFFER_BIT);
	glEnable(GL_SCISSOR_TEST);
	glScissor(10, 20, 100, 50);
	glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
	glDisable(GL_SCISSOR_TEST);
	glColorMask(1, 0, 1, 0);
	glClear(GL_COLOR_BUFFER_BIT);
	glColorMask(1, 1, 1, 1);
	glInvalidateFramebuffer(GL_FRAMEBUFFER, 1, attachments);
}

/* Frame after frame with state that changes, as gears would. */
static void draw_frames(void)
{
	GLuint program = plain_program();
	int i;

	for (i = 0; i < 8; i++) {
		glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT | GL_STENCIL_BUFFER_BIT);
		glEnable(GL_DEPTH_TEST);
		glEnable(GL_CULL_FACE);
		glUniform1f(glGetUniformLocation(program, "turn"), 0.3f * i);
		glDrawElements(GL_TRIANGLES, 9, GL_UNSIGNED_SHORT, NULL);
		glEnable(GL_BLEND);
		glBlendFunc(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA);
		glEnable(GL_STENCIL_TEST);
		glStencilFunc(GL_ALWAYS, i, 0xff);
		glStencilOp(GL_KEEP, GL_INCR, GL_REPLACE);
		glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 6, 5);
		glDisable(GL_STENCIL_TEST);
		glDisable(GL_BLEND);
		glEnable(GL_POLYGON_OFFSET_FILL);
		glPolygonOffset(1, 2);
		glDrawArrays(GL_TRIANGLE_FAN, 0, 6);
		glDisable(GL_POLYGON_OFFSET_FILL);
		glDrawArrays(GL_LINES, 0, 6);
		glDrawArrays(GL_POINTS, 0, 6);
		glFlush();
	}
}

static void draw_textures(void)
{
	static const GLenum formats[] = { GL_RGBA8, GL_R8, GL_RGBA16F, GL_RGB10_A2 };
	GLuint program = plain_program(), read;
	unsigned char *pixels = calloc(4, SIDE * SIDE);
	unsigned int i;

	if (!pixels)
		die("pixels", "out of memory");
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		make_texture(formats[i], SIDE, 9);
		if (!i)
			glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, SIDE, SIDE, GL_RGBA,
					GL_UNSIGNED_BYTE, pixels);
		glGenerateMipmap(GL_TEXTURE_2D);
		glDrawArrays(GL_TRIANGLES, 0, 6);
	}
	glUniform1f(glGetUniformLocation(program, "turn"), 1);
	glGenFramebuffers(1, &read);
	glBindFramebuffer(GL_READ_FRAMEBUFFER, read);
	glFramebufferTexture2D(GL_READ_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D,
			       make_texture(GL_RGBA8, SIDE, 1), 0);
	glBlitFramebuffer(0, 0, SIDE, SIDE, 20, 20, 120, 90, GL_COLOR_BUFFER_BIT, GL_LINEAR);
	glCopyTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, 5, 5, 50, 50);
	glReadPixels(0, 0, SIDE, SIDE, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
	free(pixels);
}

static void draw_samples(void)
{
	GLuint to = make_target(0), from = make_target(4);

	plain_program();
	glClear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
	glEnable(GL_SAMPLE_SHADING);
	glMinSampleShading(1);
	glDrawArrays(GL_TRIANGLES, 0, 6);
	glEnable(GL_SAMPLE_ALPHA_TO_COVERAGE);
	glDrawArrays(GL_TRIANGLES, 0, 3);
	glBindFramebuffer(GL_READ_FRAMEBUFFER, from);
	glBindFramebuffer(GL_DRAW_FRAMEBUFFER, to);
	glBlitFramebuffer(0, 0, SIDE, SIDE, 0, 0, SIDE, SIDE, GL_COLOR_BUFFER_BIT, GL_NEAREST);
}

static void draw_stages(void)
{
	GLuint program = glCreateProgram();

	add_shader(program, GL_VERTEX_SHADER, vertex_code);
	add_shader(program, GL_GEOMETRY_SHADER, geometry_code);
	add_shader(program, GL_FRAGMENT_SHADER, flat_code);
	link_program(program);
	glDrawArrays(GL_TRIANGLES, 0, 6);
	program = glCreateProgram();
	add_shader(program, GL_VERTEX_SHADER, vertex_code);
	add_shader(program, GL_TESS_CONTROL_SHADER, control_code);
	add_shader(program, GL_TESS_EVALUATION_SHADER, evaluation_code);
	add_shader(program, GL_FRAGMENT_SHADER, flat_code);
	link_program(program);
	glPatchParameteri(GL_PATCH_VERTICES, 3);
	glDrawArrays(GL_PATCHES, 0, 6);
}

static void draw_feedback(void)
{
	static const char *const names[] = { "where" };
	GLuint program = glCreateProgram(), buffer, queries[3], result;

	add_shader(program, GL_VERTEX_SHADER, vertex_code);
	add_shader(program, GL_FRAGMENT_SHADER, fragment_code);
	glTransformFeedbackVaryings(program, 1, names, GL_INTERLEAVED_ATTRIBS);
	link_program(program);
	glGenBuffers(1, &buffer);
	glBindBufferBase(GL_TRANSFORM_FEEDBACK_BUFFER, 0, buffer);
	glBufferData(GL_TRANSFORM_FEEDBACK_BUFFER, 4096, NULL, GL_STREAM_COPY);
	glGenQueries(3, queries);
	glBeginQuery(GL_TRANSFORM_FEEDBACK_PRIMITIVES_WRITTEN, queries[0]);
	glBeginQuery(GL_PRIMITIVES_GENERATED, queries[1]);
	glBeginQuery(GL_ANY_SAMPLES_PASSED, queries[2]);
	glBeginTransformFeedback(GL_TRIANGLES);
	glDrawArrays(GL_TRIANGLES, 0, 6);
	glPauseTransformFeedback();
	glDrawArrays(GL_TRIANGLES, 0, 3);
	glResumeTransformFeedback();
	glDrawArrays(GL_TRIANGLES, 0, 3);
	glEndTransformFeedback();
	glEndQuery(GL_ANY_SAMPLES_PASSED);
	glEndQuery(GL_PRIMITIVES_GENERATED);
	glEndQuery(GL_TRANSFORM_FEEDBACK_PRIMITIVES_WRITTEN);
	glFlush();
	glGetQueryObjectuiv(queries[0], GL_QUERY_RESULT_AVAILABLE, &result);
}

static void draw_compute(void)
{
	static const GLuint groups[] = { 4, 2, 1 }, draw[] = { 3, 1, 0, 0 };
	GLuint program = glCreateProgram(), buffers[3];

	add_shader(program, GL_COMPUTE_SHADER, compute_code);
	link_program(program);
	glGenBuffers(3, buffers);
	glBindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, buffers[0]);
	glBufferData(GL_SHADER_STORAGE_BUFFER, 65536, NULL, GL_DYNAMIC_COPY);
	glDispatchCompute(8, 2, 1);
	glMemoryBarrier(GL_ALL_BARRIER_BITS);
	glBindBuffer(GL_DISPATCH_INDIRECT_BUFFER, buffers[1]);
	glBufferData(GL_DISPATCH_INDIRECT_BUFFER, sizeof(groups), groups, GL_STATIC_DRAW);
	glDispatchComputeIndirect(0);
	glMemoryBarrier(GL_COMMAND_BARRIER_BIT);
	plain_program();
	glBindBuffer(GL_DRAW_INDIRECT_BUFFER, buffers[2]);
	glBufferData(GL_DRAW_INDIRECT_BUFFER, sizeof(draw), draw, GL_STATIC_DRAW);
	glDrawArraysIndirect(GL_TRIANGLES, NULL);
}

static const struct {
	const char *name;
	void (*draw)(void);
} scenes[] = {
	{ "clears", draw_clears }, { "frames", draw_frames }, { "textures", draw_textures },
	{ "samples", draw_samples }, { "stages", draw_stages }, { "feedback", draw_feedback },
	{ "compute", draw_compute },
};

static void draw_scene(const char *name)
{
	GLuint array;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(scenes); i++) {
		if (strcmp(name, scenes[i].name))
			continue;
		glGenVertexArrays(1, &array);
		glBindVertexArray(array);
		make_target(0);
		make_vertices();
		scenes[i].draw();
		glFinish();
		if (glGetError() != GL_NO_ERROR)
			die(name, "OpenGL found an error");
		return;
	}
	die(name, "no such scene");
}

int main(int argc, char **argv)
{
	static const EGLint config[] = {
		EGL_CONTEXT_MAJOR_VERSION, 3, EGL_CONTEXT_MINOR_VERSION, 1, EGL_NONE,
	};
	EGLDisplay display = eglGetDisplay(EGL_DEFAULT_DISPLAY);
	EGLContext context;
	int i;

	if (!eglInitialize(display, NULL, NULL) || !eglBindAPI(EGL_OPENGL_ES_API))
		die("EGL", "no display");
	context = eglCreateContext(display, (EGLConfig)0, EGL_NO_CONTEXT, config);
	if (!eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context))
		die("EGL", "no context");
	fprintf(stderr, "draw: %s, %s\n", glGetString(GL_RENDERER), glGetString(GL_VERSION));
	for (i = 1; i < argc; i++)
		draw_scene(argv[i]);
	eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
	eglDestroyContext(display, context);
	eglTerminate(display);
	return 0;
}
