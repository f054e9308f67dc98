package io.ringway.cli.http;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What becomes of uploads: refused, hashed and thrown away, or stored in a directory. */
public final class Uploads {
    private final boolean isAllowed;
    private final @Nullable Path directory;

    private Uploads(boolean isAllowed, @Nullable Path directory) {
        this.isAllowed = isAllowed;
        this.directory = directory;
    }

    /** PUT is not allowed. */
    public static Uploads refused() {
        return new Uploads(false, null);
    }

    /** The content is hashed and thrown away. */
    public static Uploads discarded() {
        return new Uploads(true, null);
    }

    /**
     * The content becomes a file in {@code directory}.
     *
     * @throws IOException when it is not there
     */
    public static Uploads into(Path directory) throws IOException {
        return new Uploads(true, directory.toRealPath());
    }

    boolean isAllowed() {
        return isAllowed;
    }

    /** Begins an upload to the target of a PUT. */
    Upload open(String target) throws HttpException {
        if (!isAllowed) {
            throw new HttpException(Status.METHOD_NOT_ALLOWED, "this server takes no uploads");
        }
        String path = TargetPath.decode(target);
        if (path.endsWith("/")) {
            throw new HttpException(Status.BAD_REQUEST, "an upload needs the name of a file");
        }
        try {
            if (directory == null) {
                return new Upload(path, null);
            }
            Path file = TargetPath.created(directory, path);
            if (Files.isDirectory(file)) {
                throw new HttpException(Status.CONFLICT, path + " is a directory");
            }
            return new Upload(path, file);
        } catch (NoSuchFileException e) {
            throw new HttpException(Status.CONFLICT, "there is no directory for " + path);
        } catch (AccessDeniedException e) {
            throw new HttpException(Status.FORBIDDEN, path + " may not be written");
        } catch (IOException e) {
            throw new HttpException(Status.SERVER_ERROR, path + " cannot be written");
        }
    }
}
