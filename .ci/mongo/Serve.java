import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.Document;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Serves an empty MongoDB-wire server on the loopback port given until it is killed. */
public class Serve {
    /** What the server says of itself: the current driver asks for wire version 9 or more. */
    record Version(List<Integer> getVersionArray, int getWireVersion) implements MongoVersion {}

    /** Keeps dates as BSON has them, in whole milliseconds; $currentDate makes finer ones. */
    static class Collection extends MemoryCollection {
        Collection(MongoDatabase database, String name, CollectionOptions options, CursorRegistry cursors) {
            super(database, name, options, cursors);
        }

        @Override
        protected Integer addDocumentInternal(Document document) {
            cut(document);
            return super.addDocumentInternal(document);
        }

        @Override
        protected void handleUpdate(Integer position, Document before, Document after) {
            cut(getDocument(position));
            super.handleUpdate(position, before, after);
        }

        private static void cut(Document document) {
            for (var entry : document.entrySet()) {
                if (entry.getValue() instanceof Instant time) {
                    document.put(entry.getKey(), time.truncatedTo(ChronoUnit.MILLIS));
                }
            }
        }
    }

    static class Database extends MemoryDatabase {
        private final CursorRegistry cursors;

        Database(String name, CursorRegistry cursors) {
            super(name, cursors);
            this.cursors = cursors;
        }

        @Override
        protected MemoryCollection openOrCreateCollection(String name, CollectionOptions options) {
            return new Collection(this, name, options, cursors);
        }
    }

    public static void main(String[] args) {
        MemoryBackend backend = new MemoryBackend() {
            @Override
            public MemoryDatabase openOrCreateDatabase(String name) {
                return new Database(name, getCursorRegistry());
            }
        };
        backend.version(new Version(List.of(5, 0, 0), 13));
        MongoServer server = new MongoServer(backend);
        server.bind("127.0.0.1", Integer.parseInt(args[0]));
        System.out.println("listening on " + server.getConnectionString());
    }
}
